#pragma once
#include <gtest/gtest.h>

#include "../storage/each_database.h"
#include "features/audit/audit_log.h"
#include "features/identity/accounts.h"
#include "features/identity/sessions.h"

namespace xentree {

constexpr Instant noon{Milliseconds(1'777'896'000'000)};

// Accounts and sessions on a database of each kind; the clock stands at noon until a test sets it.
class People : public EachDatabase {
  public:
    static constexpr const char* password = "correct horse";

    explicit People(bool has_mail = false) : mail_queue({master_key, clock, has_mail}) {
        database->migrate();
        keys.load();
    }

    static Visitor visitor(const std::string& address = "203.0.113.1") {
        return {RequestId::make(noon), address, "a browser", std::nullopt};
    }
    static RegisterRequest registration(const std::string& username) {
        return {username + "@example.com", username, password, {}, "en", "Europe/Zagreb"};
    }
    UserProfile add(const std::string& username) { return accounts.create_now(registration(username)); }

    TokenResponse log_in(const std::string& name, const std::string& by = password,
                         const std::string& address = "203.0.113.1") {
        LoginRequest request{name, by, {}, {}, {}, {}};
        return loop.await(sessions.log_in(visitor(address), std::move(request)));
    }
    TokenResponse refresh(const std::string& token) { return loop.await(sessions.refresh(visitor(), token)); }
    Caller authenticate(const TokenResponse& tokens) {
        return loop.await(sessions.authenticate_bearer(tokens.access_token, visitor()));
    }
    Caller caller(const std::string& name) { return authenticate(log_in(name)); }

    // What each ends with; nothing where it is taken.
    std::optional<ErrorCode> login_error(const std::string& name, const std::string& by,
                                         const std::string& address = "203.0.113.1") {
        return code_of([&] { log_in(name, by, address); });
    }
    std::optional<ErrorCode> refresh_error(const std::string& token) {
        return code_of([&] { refresh(token); });
    }
    std::optional<ErrorCode> access_error(const TokenResponse& tokens) {
        return code_of([&] { authenticate(tokens); });
    }

    void run(std::string_view sql, UserId user) {
        database->write_now([&](Writer& db) { db.run(sql, user); });
    }
    void deactivate(UserId user) { run("UPDATE users SET is_active = FALSE WHERE id = $1", user); }
    template<class T, class... Arguments>
    T look_up(std::string_view sql, const Arguments&... arguments) {
        std::optional<T> found;
        database->read_now([&](Reader& db) { found = db.one<T>(sql, arguments...); });
        return found.value();
    }

    SetClock clock{noon};
    const MasterKey master_key = MasterKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
    Passwords passwords{{.memory_kib = 8, .threads = 2, .queue = 64}};
    LoginGuard guard{10, clock};
    Idempotency idempotency{master_key, clock};
    AuditLog audit{clock};
    std::unique_ptr<Database> database = open();
    AccessTokenKeys keys{*database, master_key, clock};
    MailQueue mail_queue;
    AccountMail mail{{mail_queue, clock, "https://app.example.com/"}};
    Accounts accounts{Accounts::Parts{*database, passwords, guard, idempotency, mail, audit, clock}};
    Sessions sessions{Sessions::Parts{*database, keys, passwords, guard, audit, clock}};
    Loop loop;
};

// What each of so many calls at once, each on a thread of its own, ends with.
inline std::vector<std::optional<ErrorCode>> at_once(int number,
                                                     const std::function<void(Loop&, int)>& call) {
    std::vector<std::optional<ErrorCode>> ends(static_cast<std::size_t>(number));
    std::vector<std::thread> threads;
    for (int i = 0; i < number; ++i)
        threads.emplace_back([&, i] {
            Loop loop;
            ends[static_cast<std::size_t>(i)] = code_of([&] { call(loop, i); });
        });
    for (auto& thread : threads)
        thread.join();
    return ends;
}

#define XENTREE_HOLDS_ON_EACH_DATABASE(fixture)                                                              \
    INSTANTIATE_TEST_SUITE_P(on, fixture, testing::Values(Dialect::sqlite, Dialect::postgresql), name_of)

} // namespace xentree
