#include "app/pages.h"

#include <fmt/format.h>
#include <sodium.h>

#include "app/version.h"
#include "base/text.h"

namespace xentree {

namespace {

constexpr std::string_view style =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1f}"
    "code{font:14px ui-monospace,monospace;background:#f1f1f4;padding:.1em .3em;border-radius:3px}"
    "h2{margin-top:2.5rem;border-bottom:1px solid #ddd}h3{margin-bottom:.2rem}"
    ".method{display:inline-block;min-width:4.2rem;font-weight:700}.note{color:#555}a{color:#0b57d0}";

std::string html_page(std::string_view title, std::string_view body) {
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title>"
        "<meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"data:,\">"
        "<style>{}</style></head><body>{}</body></html>\n",
        title, style, body);
}

std::string root_page() {
    return html_page(
        "xentree", fmt::format("<h1>xentree {}</h1><p>An AI learning platform, used through its API.</p><ul>"
                               "<li><a href=\"/docs\">Reference</a> of the API, and the document behind it, "
                               "<a href=\"/openapi.json\">openapi.json</a></li>"
                               "<li><a href=\"/api/health\">Health</a></li></ul>",
                               program_version));
}

Answer html(const std::string& page) {
    return {200,
            "text/html; charset=utf-8",
            page,
            {{"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:"},
             {"Cache-Control", "no-cache"}},
            nullptr};
}

std::string etag_of(std::string_view text) {
    std::array<std::uint8_t, 16> digest;
    crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(text.data()),
                       text.size(), nullptr, 0);
    return fmt::format("\"{}\"", encode_base64url(digest));
}

} // namespace

std::string openapi_text(const Api& api) {
    return boost::json::serialize(api.contract().document(api.implemented()));
}

void serve_pages(Dispatcher& dispatcher, const Api& api) {
    dispatcher.serve("/", [page = root_page()](const RequestHead&) { return html(page); });
    dispatcher.serve("/docs", [page = html_page("xentree: reference", reference_page(api))](
                                  const RequestHead&) { return html(page); });
    const std::string document = openapi_text(api);
    dispatcher.serve("/openapi.json",
                     [document, etag = etag_of(document)](const RequestHead& head) -> Answer {
                         const std::vector<std::pair<std::string, std::string>> headers{
                             {"ETag", etag}, {"Cache-Control", "no-cache"}};
                         if (head.header("If-None-Match").find(etag) != std::string_view::npos)
                             return {304, {}, {}, headers, nullptr};
                         return {200, "application/json", document, headers, nullptr};
                     });
}

} // namespace xentree
