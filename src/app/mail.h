#pragma once
#include "app/settings.h"
#include "http/mail.h"

namespace xentree {

// The mail server of the settings; its url is empty where there is none.
MailServer mail_server(const Settings& settings);

// Throws std::runtime_error that names the setting that is wrong or missing. Without mail.url none but
// mail.link_base may be set.
void check_mail_settings(const Settings& settings);

} // namespace xentree
