"""Addresses of billing. Every id in them is random; none names a person or a service."""

from django.urls import path

from billing.views import desk, desk_acts, documents, payments, webhook

app_name = "billing"
urlpatterns = [
    path("payments/", payments.payments, name="payments"),
    path("payments/<uuid:charge_id>/pay/", payments.pay, name="pay"),
    path("payments/return/<uuid:payment_id>/", payments.payment_return, name="payment_return"),
    path("payments/receipts/<uuid:receipt_id>/", documents.receipt, name="receipt"),
    path("payments/estimates/<uuid:estimate_id>/", documents.estimate, name="estimate"),
    path("stripe/webhook", webhook.stripe_webhook, name="stripe_webhook"),
    path("billing/", desk.desk, name="desk"),
    path("billing/charges.csv", desk.export_charges, name="export_charges"),
    path("billing/payments.csv", desk.export_payments, name="export_payments"),
    path("billing/charges/<uuid:charge_id>/", desk.desk_charge, name="desk_charge"),
    path("billing/charges/<uuid:charge_id>/approve/", desk_acts.approve, name="approve"),
    path("billing/charges/<uuid:charge_id>/waive/", desk_acts.waive, name="waive"),
    path("billing/charges/<uuid:charge_id>/record/", desk_acts.record_payment, name="record"),
    path("billing/payments/<uuid:payment_id>/refund/", desk_acts.refund, name="refund"),
    path("billing/payments/<uuid:payment_id>/sync/", desk_acts.sync, name="sync"),
    path("billing/receipts/<uuid:receipt_id>/", desk.desk_receipt, name="desk_receipt"),
    path("billing/tasks/<uuid:task_id>/close/", desk_acts.close_task, name="close_task"),
]
