// So many requests a second from each address.
#ifndef SEAFUSION_SERVE_HTTP_RATE_LIMIT_H_
#define SEAFUSION_SERVE_HTTP_RATE_LIMIT_H_

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <string>

namespace seafusion::serve {

/// Token buckets. Holds at most kMostAddresses; when more come, all begin anew. Not thread-safe.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::size_t kMostAddresses = 4096;

  RateLimit(double per_second, double at_once) : per_second_(per_second), at_once_(at_once) {}

  /// Whether one more is allowed now.
  bool Take(const std::string& address, Clock::time_point now) {
    if (buckets_.size() >= kMostAddresses && !buckets_.contains(address)) buckets_.clear();
    Bucket& bucket = buckets_.try_emplace(address, Bucket{at_once_, now}).first->second;
    const double seconds = std::chrono::duration<double>(now - bucket.when).count();
    bucket.level = std::min(at_once_, bucket.level + seconds * per_second_);
    bucket.when = now;
    if (bucket.level < 1) return false;
    bucket.level -= 1;
    return true;
  }

 private:
  struct Bucket {
    double level;
    Clock::time_point when;
  };
  double per_second_, at_once_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_HTTP_RATE_LIMIT_H_
