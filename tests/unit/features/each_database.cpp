// The fixture of the storage tests, in this program too.
#pragma GCC diagnostic ignored "-Wsubobject-linkage" // which takes an included file for a header
#include "../storage/each_database.cpp"
