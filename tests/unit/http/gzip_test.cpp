#include "http/gzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace xentree {
namespace {

std::string unpacked(std::string packed) {
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK); // 16: gzip and no other form
    stream.next_in = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    std::string bytes(4'000'000, '\0');
    stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_out = static_cast<uInt>(bytes.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    EXPECT_EQ(stream.avail_in, 0U);
    bytes.resize(stream.total_out);
    inflateEnd(&stream);
    return bytes;
}

TEST(Gzip, what_was_packed_is_unpacked_the_same) {
    std::string mixed;
    std::uint32_t state = 1;
    for (int i = 0; i < 1'000'000; ++i) // bytes that cannot be packed
        mixed += static_cast<char>((state = state * 1'664'525 + 1'013'904'223) >> 24);
    for (const std::string& bytes : {std::string(), std::string("x"), std::string(3'000'000, 'a'), mixed}) {

        EXPECT_EQ(unpacked(gzip(bytes)), bytes);
        EXPECT_EQ(gunzip(gzip(bytes)), bytes);
    }
    EXPECT_LT(gzip(std::string(3'000'000, 'a')).size(), 20'000U);
}

TEST(Gzip, what_is_not_whole_is_not_unpacked) {
    const std::string packed = gzip("some text");
    for (const std::string& part : {std::string(), packed.substr(0, packed.size() - 1), "x" + packed})
        EXPECT_THROW(gunzip(part), std::runtime_error);
}

TEST(AcceptEncoding, gzip_is_taken_where_it_is_named) {
    for (const char* header : {"gzip", "GZIP", "deflate, gzip", "br;q=1.0, gzip;q=0.8, *;q=0.1",
                               "gzip;q=0.001", "gzip ; q=1", "x-gzip", "deflate,,gzip", "\tgzip\t"})
        EXPECT_TRUE(accepts_gzip(header)) << header;
}

TEST(AcceptEncoding, gzip_is_not_taken_where_it_is_not) {
    for (const char* header : {"", "identity", "deflate, br", "gzipped", "ungzip", "gzi p", ","})
        EXPECT_FALSE(accepts_gzip(header)) << header;
}

TEST(AcceptEncoding, a_star_stands_for_whatever_is_not_named) {
    EXPECT_TRUE(accepts_gzip("*"));
    EXPECT_TRUE(accepts_gzip("br, *;q=0.5"));
    EXPECT_FALSE(accepts_gzip("*;q=0"));
    EXPECT_FALSE(accepts_gzip("*, gzip;q=0"));
    EXPECT_FALSE(accepts_gzip("gzip;q=0, *"));
    EXPECT_TRUE(accepts_gzip("*;q=0, gzip"));
}

// RFC 9110, section 12.4.2: weight = OWS ";" OWS "q=" qvalue, and literals of ABNF are in any case.
TEST(AcceptEncoding, a_weight_of_zero_refuses_however_it_is_spelled) {
    for (const char* header :
         {"gzip;q=0", "gzip;q=0.0", "gzip;q=0.00", "gzip;q=0.000", "gzip; q=0", "gzip;q=0.", "gzip;Q=0"})
        EXPECT_FALSE(accepts_gzip(header)) << header;
}

} // namespace
} // namespace xentree
