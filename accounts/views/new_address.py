"""Another e-mail address: allauth's page, which doubts a mistyped one once."""

from typing import Any

from allauth.account.views import EmailView
from django.http import HttpResponse

from accounts.allauth_forms import NewAddressForm
from accounts.forms import doubted


class NewAddressView(EmailView):
    def form_valid(self, form: NewAddressForm) -> HttpResponse:
        meant = doubted(form)
        if meant:
            context: dict[str, Any] = self.get_context_data(form=form, meant=meant)
            return self.render_to_response(context)
        response: HttpResponse = super().form_valid(form)
        return response


new_address = NewAddressView.as_view()
