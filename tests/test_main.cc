// The main function of every test program: GoogleTest's own, and an exit status for skipped tests,
// by which ctest tells a program that skipped something from one that ran everything.
#include <cstdlib>
#include <iostream>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  constexpr std::string_view kSkippedStatus = "--skipped_status=";
  int skipped_status = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (!argument.starts_with(kSkippedStatus)) {
      std::cerr << "unknown argument " << argument << "\n";
      return 2;
    }
    skipped_status = std::atoi(argv[i] + kSkippedStatus.size());
  }
  const int status = RUN_ALL_TESTS();
  if (status != 0) return status;
  return testing::UnitTest::GetInstance()->skipped_test_count() > 0 ? skipped_status : 0;
}
