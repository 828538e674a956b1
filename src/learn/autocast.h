// bfloat16 where it is enough: the convolutions of a forward pass and their gradients. Weights,
// losses and optimisers stay in 32 bits.
#ifndef SEAFUSION_LEARN_AUTOCAST_H_
#define SEAFUSION_LEARN_AUTOCAST_H_

#include <seafusion/status.h>
#include <torch/types.h>

namespace seafusion::learn {

/// While one exists, LibTorch chooses each operation's type on the device of the kind, in this
/// thread. What comes out may be bfloat16. With `enabled` false it does nothing.
class Autocast {
 public:
  Autocast(torch::DeviceType device, bool enabled);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  const torch::DeviceType device_;
  const bool enabled_;
  bool was_enabled_ = false;
};

/// Fails with kUnsupported where a device has no fast bfloat16: a processor without its
/// instructions (AVX512-BF16), or a LibTorch without oneDNN to use them.
Status CheckBfloat16(torch::Device device);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_AUTOCAST_H_
