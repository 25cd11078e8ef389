// Asio is compiled here, once (BOOST_ASIO_SEPARATE_COMPILATION): the precompiled header brings it into every
// part.
#include <boost/asio/impl/src.hpp>
