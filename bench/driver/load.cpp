// Sends one request again and again over many connections and prints, as JSON, how it was answered.
//
//   bench_load ADDRESS PORT connections=N seconds=S [rate=R] [warmup=W] < REQUEST
//
// REQUEST is a whole HTTP request. Without a rate each connection sends its next request as soon as it has an
// answer; with one the connections take turns, so that R requests a second begin, evenly, as far as answers
// come in time. Times run from the first byte sent to the last one read. A connection that is refused heeds
// Retry-After; one that breaks is opened again. wrk can neither keep a pace nor tell the latency of answers
// from that of refusals.
#include <boost/asio.hpp>
#include <boost/beast.hpp>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Clock = std::chrono::steady_clock;
using asio::ip::tcp;

struct Plan {
    tcp::endpoint server;
    std::string request;
    std::size_t connections = 0;
    double rate = 0; // requests a second of all connections; 0: as fast as answers come
    Clock::time_point begin, counted_from, end;
};

Clock::duration to_duration(double seconds) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

class Tally {
  public:
    void answer(unsigned status, bool tells_when, Clock::duration took) {
        if (status / 100 == 2) {
            admitted_.push_back(std::chrono::duration<double, std::milli>(took).count());
        } else if (status == 429 || status == 503) {
            ++refused_;
            told_when_ += tells_when;
        } else {
            ++other_;
        }
    }
    void broken() { ++broken_; }

    void print(double seconds) {
        std::sort(admitted_.begin(), admitted_.end());
        std::cout << "{\"seconds\":" << seconds << ",\"admitted\":" << admitted_.size()
                  << ",\"refused\":" << refused_ << ",\"refusedWithRetryAfter\":" << told_when_
                  << ",\"other\":" << other_ << ",\"broken\":" << broken_ << ",\"p50\":" << percentile(50)
                  << ",\"p99\":" << percentile(99) << "}\n";
    }

  private:
    double percentile(std::size_t percent) const {
        return admitted_.empty() ? 0 : admitted_[(admitted_.size() - 1) * percent / 100];
    }

    std::vector<double> admitted_; // milliseconds
    std::size_t refused_ = 0, told_when_ = 0, other_ = 0, broken_ = 0;
};

class Connection {
  public:
    Connection(asio::io_context& context, const Plan& plan, Tally& tally) :
        plan_(plan), tally_(tally), socket_(context), timer_(context) {}

    asio::awaitable<void> run(std::size_t number) {
        const auto connections = static_cast<double>(plan_.connections);
        // Without a rate the connections begin within the first half second: not all in one burst.
        const double step = plan_.rate > 0 ? 1 / plan_.rate : 0.5 / connections;
        const auto period = plan_.rate > 0 ? to_duration(connections * step) : Clock::duration::zero();
        auto due = plan_.begin + to_duration(static_cast<double>(number) * step);
        while (true) {
            co_await wait_until(due);
            const auto free_from = co_await exchange();
            due = std::max(due + period, free_from); // turns that were missed are not made up for
        }
    }

  private:
    asio::awaitable<void> wait_until(Clock::time_point moment) {
        timer_.expires_at(moment);
        co_await timer_.async_wait(asio::use_awaitable);
    }

    // Answers from when on the next one may begin.
    asio::awaitable<Clock::time_point> exchange() {
        auto pause = Clock::duration::zero();
        bool is_broken = false;
        try {
            if (!socket_.is_open()) {
                co_await socket_.async_connect(plan_.server, asio::use_awaitable);
                socket_.set_option(tcp::no_delay(true));
            }
            const auto begin = Clock::now();
            co_await asio::async_write(socket_, asio::buffer(plan_.request), asio::use_awaitable);
            http::response<http::string_body> answer;
            co_await http::async_read(socket_, buffer_, answer, asio::use_awaitable);
            const std::string retry_after(answer[http::field::retry_after]);
            if (!retry_after.empty())
                pause = to_duration(std::stod(retry_after));
            if (begin >= plan_.counted_from)
                tally_.answer(answer.result_int(), !retry_after.empty(), Clock::now() - begin);
            is_broken = !answer.keep_alive();
        } catch (const boost::system::system_error&) {
            is_broken = true;
            pause = std::chrono::milliseconds(50);
            if (Clock::now() >= plan_.counted_from)
                tally_.broken();
        }
        if (is_broken) {
            boost::system::error_code ignored;
            socket_.close(ignored);
            buffer_.clear();
        }
        co_return Clock::now() + pause;
    }

    const Plan& plan_;
    Tally& tally_;
    tcp::socket socket_;
    asio::steady_timer timer_;
    boost::beast::flat_buffer buffer_;
};

class Words {
  public:
    Words(int count, char** words) {
        for (int i = 3; i < count; ++i) {
            const std::string_view word = words[i];
            const auto sign = std::min(word.find('='), word.size() - 1);
            values_[std::string(word.substr(0, sign))] = std::string(word.substr(sign + 1));
        }
    }
    double number(const std::string& name, double otherwise) const {
        const auto found = values_.find(name);
        return found == values_.end() ? otherwise : std::stod(found->second);
    }

  private:
    std::map<std::string, std::string> values_;
};

Plan make_plan(int count, char** words) {
    if (count < 3)
        throw std::invalid_argument(
            "bench_load ADDRESS PORT connections=N seconds=S [rate=R] [warmup=W] < REQUEST");
    const Words options(count, words);
    Plan plan;
    plan.server = {asio::ip::make_address(words[1]), static_cast<unsigned short>(std::stoul(words[2]))};
    plan.request.assign(std::istreambuf_iterator<char>(std::cin), {});
    plan.connections = static_cast<std::size_t>(options.number("connections", 1));
    plan.rate = options.number("rate", 0);
    plan.begin = Clock::now();
    plan.counted_from = plan.begin + to_duration(options.number("warmup", 1));
    plan.end = plan.counted_from + to_duration(options.number("seconds", 5));
    return plan;
}

} // namespace

int main(int count, char** words) try {
    const Plan plan = make_plan(count, words);
    asio::io_context context(1);
    Tally tally;
    std::vector<std::unique_ptr<Connection>> connections;
    for (std::size_t number = 0; number < plan.connections; ++number) {
        connections.push_back(std::make_unique<Connection>(context, plan, tally));
        asio::co_spawn(context, connections.back()->run(number), asio::detached);
    }
    context.run_until(plan.end);
    tally.print(std::chrono::duration<double>(plan.end - plan.counted_from).count());
    std::cout.flush();
    std::_Exit(0); // what is under way is of no interest
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
