"""What every stored field is, and how long it is kept. A test fails on a field that is not here.

To add a field: name it once under its model. What identifies a person or tells of their health is
encrypted, in the database by a field of portal.shared.encryption, in files by the private storage;
the few exceptions stand in IN_CLEAR with their reason.
"""

from portal.privacy_kinds import Classified, Retention, kept
from portal.privacy_libraries import LIBRARIES

SHARED = {
    "OutboxEntry": kept(
        Retention.SIX_YEARS,
        internal="id kind key payload due_at lease_until tries last_error done_at dead_at "
        "created_at",
    ),
    "BackgroundWork": kept(
        Retention.UNTIL_EXPIRED,
        internal="id public_id kind subject asked_by_id client_id state steps_done steps error "
        "file_name size asked_at done_at expires_at",
        health="file",
    ),
    "MailMessage": kept(
        Retention.NINETY_DAYS,
        internal="id subject message_id created_at sent_at",
        identity="to",
        health="text html attachments",
    ),
    "AuditEvent": kept(
        Retention.NEVER_DELETED,
        internal="id sequence at action actor_id actor_role client_id object_type object_id "
        "session detail previous_hash hash",
        trace="ip user_agent",
    ),
}

ACCOUNTS = {
    "User": kept(
        Retention.WHILE_ACTIVE,
        internal="id last_login role is_active date_joined",
        trace="email",
        secret="password",  # noqa: S106
    ),
    "Client": kept(
        Retention.RECORD,
        internal="id public_id created_at updated_at user state voicemail reminders_by_mail "
        "reminders_by_sms",
        identity="legal_name chosen_name pronouns birth_date phone address emergency_contact",
    ),
    "Guardian": kept(
        Retention.RECORD,
        internal="id public_id created_at updated_at user added_by accepted_at ended_at ended_by",
        care="client",
        identity="name relation phone",
        health="authority",
    ),
    "Practice": kept(
        Retention.WHILE_IN_USE,
        internal="id npi ein reminder_hours intake_reminder_hours quiet_from quiet_until "
        "alert_minutes",
        trace="alert_backup_email",
        public="name tagline street city state zip_code phone email time_zone",
    ),
    "ParkedForm": kept(
        Retention.ONE_DAY,
        internal="id public_id user created_at",
        health="path fields",
    ),
    "RateWindow": kept(
        Retention.ONE_DAY,
        internal="id count ends_at",
        secret="key",  # noqa: S106
    ),
}

BOOKING = {
    "Practitioner": kept(
        Retention.WHILE_IN_USE,
        internal="id public_id user npi video_link",
        public="name credential licence_line pronouns bio daily_cap weekly_cap travel_minutes",
    ),
    "WayOfWorking": kept(
        Retention.SIX_YEARS,
        internal="id practitioner published_by",
        public="version opening places sentences phases not_for first_conversation more "
        "published_at",
    ),
    "DiaryVersion": kept(Retention.WHILE_IN_USE, internal="practitioner_id version"),
    "SessionType": kept(
        Retention.WHILE_IN_USE,
        internal="id created_at updated_at practitioner",
        public="public_id slug name summary is_consult is_active position minutes "
        "buffer_before_minutes buffer_after_minutes grid_minutes price_cents by_telehealth "
        "at_office notice_hours notice_days notice_clock horizon_days open_from open_until "
        "daily_cap weekly_cap is_packed once_per_client booking audience cancel_hours "
        "late_fee_cents",
    ),
    "AvailabilityRule": kept(
        Retention.WHILE_IN_USE,
        internal="id practitioner",
        public="weekday starts ends place valid_from valid_until alternates_from",
    ),
    "AvailabilityException": kept(
        Retention.WHILE_IN_USE,
        internal="id public_id practitioner kind starts_at ends_at place",
        health="note",
    ),
    "Appointment": kept(
        Retention.RECORD,
        internal="id public_id created_at updated_at practitioner session_type sequence "
        "held_at held_until confirmed_at cancelled_at cancelled_by series number",
        care="client status place starts_at ends_at blocked_from blocked_until",
        money="price_cents cancel_hours late_fee_cents",
        secret="holder",  # noqa: S106
        trace="held_from held_for",
        health="cancel_reason answer",
    ),
    "AppointmentSeries": kept(
        Retention.RECORD,
        internal="id public_id created_at updated_at practitioner session_type created_by",
        care="client place every_weeks first_on starts count",
    ),
    "AppointmentChange": kept(
        Retention.RECORD,
        internal="id public_id appointment batch action made_by made_at undo_until undone_at "
        "told_at was_sequence",
        care="was_status was_place was_starts_at was_ends_at was_blocked_from was_blocked_until",
    ),
    "WaitlistEntry": kept(
        Retention.RECORD,
        internal="id public_id created_at updated_at session_type",
        care="client place weekdays parts until_on state ended_at",
    ),
    "WaitlistOffer": kept(
        Retention.RECORD,
        internal="id public_id entry appointment offered_at expires_at answered_at",
        care="state",
    ),
    "Reminder": kept(
        Retention.RECORD,
        internal="id appointment hours_before due_at settled_at provider_id reason",
        care="channel for_start state",
    ),
    "CalendarFeed": kept(
        Retention.WHILE_IN_USE,
        internal="id public_id practitioner shows_initials created_at last_used_at",
        secret="token_hash",  # noqa: S106
    ),
    "CalendarConnection": kept(
        Retention.WHILE_IN_USE,
        internal="id public_id created_at updated_at practitioner name server_url calendar_url "
        "pushes pulls shows_initials sync_token synced_at failing_since failure",
        identity="username",
        secret="password",  # noqa: S106
    ),
    "ExternalEvent": kept(
        Retention.WHILE_IN_USE,
        internal="id connection href etag expanded_until is_bad",
        identity="source",
    ),
    "ExternalBusy": kept(
        Retention.WHILE_IN_USE,
        internal="id event practitioner starts_at ends_at",
    ),
    "PushedEvent": kept(
        Retention.WHILE_IN_USE,
        internal="id connection appointment href etag sequence state their_starts_at "
        "their_ends_at noticed_at",
    ),
    "BlockedVisitor": kept(
        Retention.WHILE_IN_USE,
        internal="id public_id kind blocked_at blocked_by",
        identity="value note",
        trace="value_index",
    ),
}

INTAKE = {
    "Questionnaire": kept(
        Retention.SIX_YEARS,
        internal="id public_id slug version sha256 published_at",
        public="title resource",
    ),
    "ConsentDocument": kept(
        Retention.SIX_YEARS,
        internal="id public_id slug version kind sha256 published_at",
        public="title intent text source effective_on",
    ),
    "RetiredText": kept(Retention.SIX_YEARS, internal="id slug retired_at retired_by"),
    "IntakePlan": kept(
        Retention.WHILE_IN_USE,
        internal="id session_type questionnaires consents",
    ),
    "QuestionnaireDraft": kept(
        Retention.WHILE_IN_USE,
        internal="id public_id title resource sha256 file_name created_by created_at",
    ),
    "RetiredQuestionnaire": kept(
        Retention.WHILE_IN_USE,
        internal="id slug retired_by retired_at",
    ),
    "WorkingCopy": kept(
        Retention.WHILE_IN_USE,
        internal="id public_id slug title resource origin based_on revision created_by created_at "
        "changed_by changed_at",
    ),
    "WorkingCopyStep": kept(
        Retention.WHILE_IN_USE,
        internal="id copy revision resource said",
    ),
    "ImportedWording": kept(
        Retention.SIX_YEARS,
        internal="id public_id questionnaire pack pack_version source licence_basis declaration "
        "declared_by declared_at",
    ),
    "CutOff": kept(
        Retention.WHILE_IN_USE,
        internal="id instrument value chosen_by chosen_at",
    ),
    "Intake": kept(
        Retention.RECORD,
        internal="id public_id created_at updated_at packet_version",
        care="client appointment completed_at",
    ),
    "QuestionnaireResponse": kept(
        Retention.RECORD,
        internal="id public_id created_at updated_at intake questionnaire position passed",
        care="client status submitted_at",
        health="computed",
    ),
    "MeasurePlan": kept(
        Retention.RECORD,
        internal="id public_id created_at updated_at practitioner slug turn created_by",
        care="client every_weeks starts_on until_on state",
    ),
    "Measure": kept(
        Retention.RECORD,
        internal="id public_id plan response",
        care="due_on opened_at lapses_at state settled_at",
    ),
    "PaperSource": kept(
        Retention.RECORD,
        internal="id public_id response typed_by begun_at finished_at",
        care="written_on",
    ),
    "Answer": kept(
        Retention.RECORD,
        internal="id response link_id path in_person revision writer updated_at",
        health="value rivals",
    ),
    "AnswerRevision": kept(
        Retention.RECORD,
        internal="id answer revision in_person saved_at",
        health="value",
    ),
    "Score": kept(
        Retention.RECORD,
        internal="id response instrument scored_at",
        health="result",
    ),
    "SafetyAlert": kept(
        Retention.RECORD,
        internal="id public_id practitioner response raised_at turn acknowledged_at "
        "acknowledged_by",
        care="client",
        health="link_id kind what_was_done",
    ),
    "SafetyStep": kept(
        Retention.RECORD,
        internal="id alert kind turn number at by",
        health="words",
    ),
    "ConsentSignature": kept(
        Retention.RECORD,
        internal="id public_id intake document document_sha256 method signed_by signer_role "
        "signed_at signed_on turn auth_methods records_version",
        care="client",
        public="intent",
        trace="ip user_agent",
        identity="typed_name drawn relation",
        health="note",
    ),
    "ConsentRequest": kept(
        Retention.RECORD,
        internal="id document asked_at asked_by reminded_at",
        care="client",
    ),
    "ConsentWithdrawal": kept(
        Retention.RECORD,
        internal="id public_id signature withdrawn_at withdrawn_by role way auth_methods seen_at "
        "seen_by",
        care="client",
        trace="ip user_agent",
        health="reason",
    ),
    "SignedCopy": kept(
        Retention.RECORD,
        internal="id public_id signature sha256 pages made_at",
        health="file",
    ),
    "EarlierTherapy": kept(
        Retention.RECORD,
        internal="id public_id created_at updated_at response repetition removed_at",
        care="client",
        health="told",
    ),
    "RecordsRequest": kept(
        Retention.RECORD,
        internal="id public_id asked_at asked_by due_on work released_at released_by closed_at "
        "closed_by closed_as",
        care="client",
    ),
    "Upload": kept(
        Retention.RECORD,
        internal="id public_id response media_type size pages sha256 sha1 uploaded_by uploaded_at "
        "opened_at removed_at",
        care="client",
        health="label file",
    ),
    "Packet": kept(
        Retention.RECORD,
        internal="id public_id intake copy version sha256 code pages made_at",
        health="file",
    ),
}

BILLING = {
    "Charge": kept(
        Retention.RECORD,
        internal="id public_id created_at updated_at kind status created_by decided_at decided_by",
        care="client appointment",
        money="amount_cents",
        health="reason",
    ),
    "Payment": kept(
        Retention.RECORD,
        internal="id public_id created_at updated_at charge method state session_ends_at paid_at "
        "notice_version notice_at recorded_by",
        money="amount_cents checkout_session checkout_url payment_intent card_brand card_last4",
    ),
    "Refund": kept(
        Retention.RECORD,
        internal="id public_id created_at updated_at payment origin status created_by",
        money="amount_cents stripe_id",
    ),
    "LedgerEntry": kept(
        Retention.RECORD,
        internal="id transaction_key account charge at",
        care="client",
        money="cents",
    ),
    "StripeEvent": kept(
        Retention.SIX_YEARS,
        internal="id event_id type created_at received_at webhook_at processed_at",
        money="object_id payment_intent",
    ),
    "BillingTask": kept(
        Retention.RECORD,
        internal="id public_id kind charge payment outcome key raised_at done_at done_by",
        care="client",
        money="amount_cents",
    ),
    "GoodFaithEstimate": kept(
        Retention.RECORD,
        internal="id public_id number issued_at due_on valid_until supersedes sha256 delivered_at",
        care="client appointment",
        money="total_cents",
        health="content file",
    ),
    "Receipt": kept(
        Retention.RECORD,
        internal="id public_id payment number sha256 made_at",
        identity="file",
    ),
}

FIELDS: dict[str, dict[str, dict[str, Classified]]] = {
    "shared": SHARED,
    "accounts": ACCOUNTS,
    "booking": BOOKING,
    "intake": INTAKE,
    "billing": BILLING,
    **LIBRARIES,
}

IN_CLEAR = {
    "intake.SafetyAlert.link_id": "an alert is unique by its question, and the database sees to it",
    "intake.SafetyAlert.kind": "says only which rule raised the alert",
}
"""Fields of a kind that is encrypted, which are not, each with its reason."""
