# Practice Portal for production: web, worker and beat run from this one image.
# It holds no secret: settings come from the environment (see docs/operations.md).

# -- Browser assets: calendar, signature pad, fonts ------------------------------------
FROM node:22-bookworm-slim AS assets
WORKDIR /assets
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

# -- Python packages, with their hashes checked ----------------------------------------
FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt ./
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
       --require-hashes -r requirements.txt

# -- The portal ------------------------------------------------------------------------
FROM python:3.11-slim-bookworm
# Pango and HarfBuzz lay out PDFs; the Noto fonts carry what people write in any script;
# the PostgreSQL client writes back-ups.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
       fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji \
       postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home portal
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/tmp \
    VAR_DIR=/data \
    STATIC_ROOT=/app/staticfiles \
    NODE_MODULES=/app/node_modules
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY --from=assets /assets/node_modules ./node_modules
COPY manage.py ./
COPY portal ./portal
COPY accounts ./accounts
COPY booking ./booking
COPY intake ./intake
COPY billing ./billing
COPY templates ./templates
# Values of no worth: the settings ask for them, gathering static files does not use them.
RUN SECRET_KEY=build FIELD_ENCRYPTION_KEYS=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    BLIND_INDEX_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    python manage.py collectstatic --no-input --verbosity 0 \
    && install --directory --owner portal --group portal /data
USER portal
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "portal.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
