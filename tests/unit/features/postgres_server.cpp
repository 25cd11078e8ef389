// The server of the storage tests, in this program too.
#include "../storage/postgres_server.cpp"
