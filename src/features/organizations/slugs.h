#pragma once
#include <string>
#include <string_view>

#include "storage/database.h"

namespace xentree {

// Short names of organizations for addresses: 3 to 60 of a-z and 0-9 in groups apart by single dashes, each
// given once.

// Out of a name: `Straße 7` is strasse-7. Up to 60 characters, and fewer than 3 where the name has no more;
// a name without any letter or digit gives "organization". Names that look alike give the same.
std::string slug_of(std::string_view name);

// The base where it is long enough and free, else with a number. Looks up a number of slugs that grows with
// the logarithm of how many are taken. Meant for the transaction that inserts it.
std::string free_slug(Reader& db, std::string_view base);

} // namespace xentree
