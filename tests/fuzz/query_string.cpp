// A query string.
#include <boost/url/encode.hpp>
#include <boost/url/parse_query.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include "fuzz.h"
#include "http/request_form.h"

namespace xentree::fuzz {
namespace {

namespace urls = boost::urls;

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string encoded(const Pairs& pairs) {
    std::string text;
    for (const auto& [name, value] : pairs)
        text += urls::encode(name, urls::unreserved_chars) + "=" +
                urls::encode(value, urls::unreserved_chars) + "&";
    return text;
}

std::size_t count_items(std::string_view text) {
    std::size_t count = 0;
    while (!text.empty()) {
        const auto item = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(text.size(), item.size() + 1));
        count += item.empty() ? 0 : 1;
    }
    return count;
}

// What Boost.URL reads; nothing where it takes the text for no query. Boost 1.81 wants a zero byte at its
// end.
std::optional<Pairs> pairs_of_boost(const std::string& text) {
    const auto query = urls::parse_query(text);
    if (!query || text.find('\0') != std::string::npos)
        return std::nullopt;
    urls::encoding_opts options;
    options.space_as_plus = true;
    Pairs pairs;
    for (const auto& parameter : *query) {
        if (parameter.key.empty() && !parameter.has_value)
            continue;
        pairs.emplace_back(parameter.key.decode(options), parameter.value.decode(options));
    }
    return pairs;
}

void try_query(std::string_view text) {
    std::vector<Fault> faults;
    const Pairs pairs = parse_urlencoded(text, faults);
    require(pairs.size() + faults.size() == count_items(text), "each item is a pair or a fault");
    std::vector<Fault> none;
    require(parse_urlencoded(encoded(pairs), none) == pairs, "pairs written out are read as the same pairs");
    require(none.empty(), "without a fault");
    if (const auto others = pairs_of_boost(std::string(text)))
        require(faults.empty() && *others == pairs, "Boost.URL reads the same pairs");
}

} // namespace
} // namespace xentree::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    xentree::fuzz::try_query(xentree::fuzz::as_text(data, size));
    return 0;
}
