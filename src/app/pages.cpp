#include "app/pages.h"

#include <fmt/format.h>
#include <sodium.h>

#include "app/version.h"
#include "base/text.h"
#include "http/gzip.h"

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

// A body that never changes, packed once.
struct FixedBody {
    explicit FixedBody(std::string text) : plain(std::move(text)), packed(gzip(plain)) {}
    std::string plain;
    std::string packed;
};

Answer fixed_answer(const FixedBody& body, std::string content_type, const RequestHead& head) {
    Answer answer;
    answer.content_type = std::move(content_type);
    answer.headers = {{"Vary", "Accept-Encoding"}, {"Cache-Control", "no-cache"}};
    if (accepts_gzip(head.header("Accept-Encoding"))) {
        answer.body = body.packed;
        answer.headers.emplace_back("Content-Encoding", "gzip");
    } else {
        answer.body = body.plain;
    }
    return answer;
}

void serve_html(Dispatcher& dispatcher, std::string path, std::string page) {
    dispatcher.serve(std::move(path), [body = FixedBody(std::move(page))](const RequestHead& head) {
        Answer answer = fixed_answer(body, "text/html; charset=utf-8", head);
        answer.headers.emplace_back("Content-Security-Policy",
                                    "default-src 'none'; style-src 'unsafe-inline'; img-src data:");
        return answer;
    });
}

std::string etag_of(std::string_view text) {
    std::array<std::uint8_t, 16> digest;
    crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(text.data()),
                       text.size(), nullptr, 0);
    return fmt::format("W/\"{}\"", encode_base64url(digest)); // weak: the packed form has it too
}

// By weak comparison (RFC 9110, section 13.1.2).
bool names_etag(std::string_view if_none_match, std::string_view etag) {
    const std::string_view opaque = etag.substr(2);
    return trim(if_none_match) == "*" || if_none_match.find(opaque) != std::string_view::npos;
}

} // namespace

std::string openapi_text(const Api& api) {
    return boost::json::serialize(api.contract().document(api.implemented()));
}

void serve_pages(Dispatcher& dispatcher, const Api& api) {
    serve_html(dispatcher, "/", root_page());
    serve_html(dispatcher, "/docs", html_page("xentree: reference", reference_page(api)));
    const std::string document = openapi_text(api);
    dispatcher.serve("/openapi.json",
                     [body = FixedBody(document), etag = etag_of(document)](const RequestHead& head) {
                         Answer answer = fixed_answer(body, "application/json", head);
                         answer.headers.emplace_back("ETag", etag);
                         if (names_etag(head.header("If-None-Match"), etag)) {
                             answer.status = 304;
                             answer.content_type.clear();
                             answer.body.clear();
                         }
                         return answer;
                     });
}

} // namespace xentree
