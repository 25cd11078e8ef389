#include "contract/references.h"

#include <boost/url/pct_string_view.hpp>

namespace xentree {
namespace json = boost::json;

namespace {

void collect(const json::value& value, std::set<std::string>& found) {
    if (const auto* text = value.if_string(); text && std::string_view(*text).starts_with("#/")) {
        found.emplace(std::string_view(*text));
    } else if (const auto* array = value.if_array()) {
        for (const auto& item : *array)
            collect(item, found);
    } else if (const auto* object = value.if_object()) {
        for (const auto& member : *object)
            collect(member.value(), found);
    }
}

} // namespace

const json::value* find_reference(const json::object& document, std::string_view reference) {
    if (!reference.starts_with("#/"))
        return nullptr;
    const auto encoded = boost::urls::make_pct_string_view(reference.substr(1));
    if (!encoded)
        return nullptr;
    const std::string decoded = encoded->decode();
    const std::string_view pointer = decoded;
    // The first part is looked up here: a pointer starts at a value, and the document is an object.
    const auto end = pointer.find('/', 1);
    const auto* first = document.if_contains(pointer.substr(1, end - 1));
    if (!first || end == std::string_view::npos)
        return first;
    boost::system::error_code error;
    return first->find_pointer(pointer.substr(end), error);
}

std::set<std::string> references_in(const json::value& value) {
    std::set<std::string> found;
    collect(value, found);
    return found;
}

std::string pointer_part(std::string_view name) {
    std::string part;
    part.reserve(name.size());
    for (const char c : name) {
        if (c == '~')
            part += "~0";
        else if (c == '/')
            part += "~1";
        else
            part += c;
    }
    return part;
}

} // namespace xentree
