"""Addresses of billing. Every id in them is random; none names a person or a service."""

from django.urls import path

from billing.views import documents, payments, webhook

app_name = "billing"
urlpatterns = [
    path("payments/", payments.payments, name="payments"),
    path("payments/<uuid:charge_id>/pay/", payments.pay, name="pay"),
    path("payments/return/<uuid:payment_id>/", payments.payment_return, name="payment_return"),
    path("payments/receipts/<uuid:receipt_id>/", documents.receipt, name="receipt"),
    path("payments/estimates/<uuid:estimate_id>/", documents.estimate, name="estimate"),
    path("stripe/webhook", webhook.stripe_webhook, name="stripe_webhook"),
]
