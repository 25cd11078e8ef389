#include "app/pages.h"

#include <fmt/format.h>

#include "app/fixed_file.h"
#include "app/web_files.h"
#include "http/gzip.h"

namespace xentree {

namespace {

// Pages load nothing from elsewhere, send nothing elsewhere, and stand in no other page's frame.
std::string content_security_policy(std::string_view style) {
    return fmt::format("default-src 'none'; script-src 'self'; style-src {}; img-src 'self' data:; "
                       "font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
                       "frame-ancestors 'none'",
                       style);
}

FixedFile::Description description(const WebFile& file) {
    switch (file.type) {
    case WebFileType::css:
        return {"text/css; charset=utf-8", {}};
    case WebFileType::js:
        return {"text/javascript; charset=utf-8", {}};
    case WebFileType::svg:
        return {"image/svg+xml", {}};
    case WebFileType::html:
        break;
    }
    // The renderer of the reference puts style elements and attributes into the page.
    const bool has_inline_style = file.path == "/docs";
    return {"text/html; charset=utf-8",
            {{"Content-Security-Policy",
              content_security_policy(has_inline_style ? "'self' 'unsafe-inline'" : "'self'")},
             {"Referrer-Policy", "no-referrer"}}};
}

void serve_file(Dispatcher& dispatcher, std::string path, std::shared_ptr<const FixedFile> file) {
    dispatcher.serve(std::move(path),
                     [file = std::move(file)](const RequestHead& head) { return file->answer(head); });
}

} // namespace

std::string openapi_text(const Api& api) {
    return boost::json::serialize(api.contract().document(api.implemented()));
}

void serve_pages(Dispatcher& dispatcher, const Api& api) {
    for (const auto& file : web_files())
        serve_file(dispatcher, std::string(file.path),
                   std::make_shared<FixedFile>(description(file), file.packed));

    struct Document {
        explicit Document(const Api& api) : packed(gzip(openapi_text(api))) {}
        std::string packed;
        FixedFile file{{"application/json", {}}, packed};
    };
    const auto document = std::make_shared<Document>(api);
    serve_file(dispatcher, "/openapi.json", {document, &document->file});
}

} // namespace xentree
