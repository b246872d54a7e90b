"""Stripe's error answers. Words and codes follow docs.stripe.com/error-codes."""

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """An answer that is not 200.

    `before_execution` marks an error that Stripe does not store under an idempotency key,
    because the endpoint had not begun to work (docs.stripe.com/api/idempotent_requests).
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        before_execution: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.before_execution = before_execution
        fields = {"type": kind, "code": code, "message": message, "param": param}
        self.body: Json = {"error": {key: value for key, value in fields.items() if value}}


def missing(param: str) -> ApiError:
    return ApiError(
        f"Missing required param: {param}.",
        code="parameter_missing",
        param=param,
        before_execution=True,
    )


def invalid(param: str, message: str, code: str = "parameter_invalid") -> ApiError:
    return ApiError(message, code=code, param=param, before_execution=True)


def not_found(kind: str, object_id: str) -> ApiError:
    return ApiError(
        f"No such {kind.replace('.', ' ')}: '{object_id}'",
        status=404,
        code="resource_missing",
        param="id",
        before_execution=True,
    )


def unauthorized(message: str) -> ApiError:
    return ApiError(message, status=401, before_execution=True)
