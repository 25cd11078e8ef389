#pragma once
#include <boost/describe.hpp>

namespace xentree {

// Roles of a member, strongest first.
BOOST_DEFINE_ENUM_CLASS(OrganizationRole, owner, admin, instructor, member)

} // namespace xentree
