#include "cli/progress_bar.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "cli/terminal.h"

namespace isoflop::cli {
namespace {

using namespace std::chrono_literals;

TEST(ProgressBar, SaysWhatShareCountAndTimeLeft) {
  EXPECT_EQ(bar_text("starts", 1234, 4500, 5, 80),
            "starts  [=====>              ]  27 %  1234 of 4500  0:13 left");
  EXPECT_EQ(bar_text("starts", 0, 10, 0.5, 80), "starts  [>                   ]  0 %  0 of 10");
  EXPECT_EQ(bar_text("starts", 10, 10, 3, 80),
            "starts  [====================]  100 %  10 of 10  0:00 left");
  EXPECT_EQ(bar_text("refits", 1, 1001, 3.7, 80),
            "refits  [>                   ]  0 %  1 of 1001  1:01:40 left");
}

// 100 % is for what is done.
TEST(ProgressBar, DoesNotRoundUp) {
  EXPECT_NE(bar_text("starts", 999'999, 1'000'000, 9, 80).find("99 %"), std::string::npos);
}

TEST(ProgressBar, WithoutATotalItCounts) {
  EXPECT_EQ(bar_text("starts", 96, 0, 3, 80), "starts  96");
}

// A line that is broken by the terminal cannot be erased.
TEST(ProgressBar, IsNeverWiderThanTheTerminal) {
  EXPECT_EQ(bar_text("starts", 1, 2, 1, 10), "starts  [=");
  EXPECT_EQ(bar_text("größe: starts", 1, 2, 1, 3), "grö");
}

// The second signal must find the program as it was without a bar, or nothing could end it.
TEST(ProgressBar, TheFirstSignalAsksToStopAndTheNextEndsTheProgram) {
  {
    ProgressBar bar;
    EXPECT_FALSE(bar.stop_asked());
    ASSERT_EQ(std::raise(SIGINT), 0);
    EXPECT_TRUE(bar.stop_asked());
    EXPECT_EQ(stopped_exit_code(), 130);
    struct sigaction now = {};
    sigaction(SIGINT, nullptr, &now);
    EXPECT_EQ(now.sa_handler, SIG_DFL);
  }
  EXPECT_FALSE(ProgressBar().stop_asked());
}

// Work that is deaf for long, a block over millions of rows, must not outlive the signal for long.
TEST(ProgressBar, WorkThatDoesNotHearTheSignalIsEnded) {
  const auto deaf = [] {
    ProgressBar bar;
    std::raise(SIGTERM);
    for (int seconds = 0; seconds < 30; ++seconds) std::this_thread::sleep_for(1s);
  };
  EXPECT_EXIT(deaf(), testing::ExitedWithCode(143), "stopped in the middle of its work");
}

// ... and what hears it has its time.
TEST(ProgressBar, WorkThatHearsTheSignalMayEndByItself) {
  const auto hears = [] {
    ProgressBar bar;
    std::raise(SIGINT);
    const bool heard = bar.stop_asked();
    std::this_thread::sleep_for(2500ms);
    std::_Exit(heard ? 7 : 1);
  };
  EXPECT_EXIT(hears(), testing::ExitedWithCode(7), "");
}

TEST(Terminal, SeesNoControlCharacters) {
  EXPECT_EQ(printable("größe\t1\n"), "größe\t1\n");
  EXPECT_EQ(printable("a\x1b[2Jb\r\x07\x7f"), "a\\x1b[2Jb\\x0d\\x07\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m \xc2\xa0"),
            "\\xc2\\x9b"
            "31m \xc2\xa0");
  EXPECT_EQ(printable("\x9b \xe2\x82 \xff"), "\\x9b \\xe2\\x82 \\xff");
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
}

TEST(ProgressBar, ASignalThatIsIgnoredStaysIgnored) {
  std::signal(SIGTERM, SIG_IGN);
  {
    ProgressBar bar;
    ASSERT_EQ(std::raise(SIGTERM), 0);
    EXPECT_FALSE(bar.stop_asked());
  }
  std::signal(SIGTERM, SIG_DFL);
}

}  // namespace
}  // namespace isoflop::cli
