#include <fmt/format.h>

#include "app/pages.h"

namespace xentree {

namespace {

std::string escape(std::string_view text) {
    std::string escaped;
    for (const char letter : text) {
        switch (letter) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        default:
            escaped += letter;
        }
    }
    return escaped;
}

std::string access_text(const AccessRule& access) {
    if (access.is_public)
        return "Public.";
    std::string text = access.bearer_only ? "Bearer token." : "Bearer token or API key.";
    if (access.scope)
        text += fmt::format(" An API key needs <code>{}</code>.", *access.scope);
    if (access.admin)
        text += " For platform admins.";
    return text;
}

std::string parameter_list(const Operation& operation) {
    std::string list;
    for (const auto& parameter : operation.parameters)
        list += fmt::format(" <code>{}</code>{}", escape(parameter.name), parameter.required ? "" : "?");
    return list.empty() ? list : "<br>Parameters:" + list;
}

std::string status_list(const Operation& operation) {
    std::string list;
    for (const auto& [status, answer] : operation.answers)
        list += fmt::format(" {}", status);
    return list;
}

} // namespace

std::string reference_page(const Api& api) {
    std::string page =
        "<h1>Reference</h1><p>Every operation of this server. Schemas, bounds and examples are in "
        "<a href=\"/openapi.json\">openapi.json</a>, which any OpenAPI tool reads.</p>";
    std::string tag;
    for (const auto& operation : api.contract().operations()) {
        if (!api.handler(operation.id))
            continue;
        if (operation.tag != tag)
            page += fmt::format("<h2>{}</h2>", escape(tag = operation.tag));
        page += fmt::format("<h3 id=\"{0}\">{1}</h3><p><span class=\"method\">{2}</span> <code>{3}</code></p>"
                            "<p class=\"note\">{4}{5}<br>Answers:{6}</p>",
                            operation.id, escape(operation.summary), operation.method, escape(operation.path),
                            access_text(operation.access), parameter_list(operation), status_list(operation));
    }
    return page;
}

} // namespace xentree
