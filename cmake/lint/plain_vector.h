// Included before sources that include LibTorch, where clang looks at them: LibTorch 1.13 has
// members that are vectors of a class not yet complete, and clang instantiates those of a vector at
// once where they are constexpr, as libstdc++'s are since C++20. The vectors alone are made plain.
#include <string>
#pragma push_macro("_GLIBCXX20_CONSTEXPR")
#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR
#define __fill_a1 __fill_a1_of_bits  // declared constexpr before
#include <vector>
#undef __fill_a1
#pragma pop_macro("_GLIBCXX20_CONSTEXPR")
