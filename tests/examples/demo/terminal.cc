// SPDX-License-Identifier: LGPL-2.1-or-later
#include "terminal.hh"

#include <algorithm>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace demo {

namespace {

const char *const kPlain = "\x1b[0m";
const char *const kDim = "\x1b[90m";
const char *const kPlayed = "\x1b[34m";
const char *const kAhead = "\x1b[96m";
const char *const kPlayhead = "\x1b[97;1m";

constexpr double kPlainInterval = 2;

int
columns ()
{
  winsize size{};
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return 80;
  return size.ws_col;
}

bool
contains (const std::vector<Range> &ranges, double time)
{
  return std::any_of (ranges.begin (), ranges.end (), [&] (const Range &range) {
    return range.start <= time && time < range.end;
  });
}

// The first SourceBuffer is the upper half of the line, the second the lower.
const char *
cell (const Progress &line, double time)
{
  bool upper = contains (line.buffered.front (), time);
  bool lower = contains (line.buffered.back (), time);
  return upper ? (lower ? "█" : "▀") : (lower ? "▄" : "·");
}

std::string
describe (const std::vector<Range> &ranges)
{
  std::string text;
  for (const Range &range : ranges)
    text += format (" %.1f–%.1f", range.start, range.end);
  return text.empty () ? " nothing" : text;
}

} // namespace

Terminal::Terminal () : live_ (isatty (STDOUT_FILENO))
{
  if (live_)
    g_print ("\x1b[?25l"); // no cursor
}

Terminal::~Terminal ()
{
  if (live_)
    g_print ("\x1b[?25h");
}

void
Terminal::log (double wall, const std::string &name, const std::string &text)
{
  std::string lines;
  if (live_) {
    erase ();
    for (const std::string &line : shown_)
      lines += line + "\n";
    g_print ("%s%5.1f s  %-5s%s %s\n%s", kDim, wall, name.c_str (), kPlain,
        text.c_str (), lines.c_str ());
  } else {
    g_print ("%5.1f s  %-5s %s\n", wall, name.c_str (), text.c_str ());
  }
}

void
Terminal::erase ()
{
  if (!shown_.empty ())
    g_print ("\x1b[%zuA\r\x1b[J", shown_.size ());
}

void
Terminal::show (double wall, const std::vector<Progress> &lines)
{
  if (!live_) {
    show_plain (wall, lines);
    return;
  }
  erase ();
  shown_.clear ();
  for (const Progress &line : lines) {
    const char *state = line.over ? "■" : line.seeking ? "…" : "▶";
    std::string text =
        format ("%s %-4s %4.1f s ▕", state, line.name.c_str (), line.position);
    int width = std::max (10, columns () - 22);
    shown_.push_back (
        text + bar (line, width) + format ("▏%.0f s", line.duration));
    g_print ("%s\n", shown_.back ().c_str ());
  }
}

std::string
Terminal::bar (const Progress &line, int width) const
{
  int playhead = int (line.position / line.duration * width);
  playhead = std::min (playhead, width - 1);
  std::string text;
  const char *color = kPlain;
  for (int i = 0; i < width; i++) {
    const char *what = cell (line, (i + 0.5) / width * line.duration);
    const char *wanted = i == playhead                    ? kPlayhead
                         : std::string_view (what) == "·" ? kDim
                         : i < playhead                   ? kPlayed
                                                          : kAhead;
    if (wanted != color)
      text += wanted;
    color = wanted;
    text += i == playhead ? "┃" : what;
  }
  return text + kPlain;
}

void
Terminal::show_plain (double wall, const std::vector<Progress> &lines)
{
  if (wall < next_plain_)
    return;
  next_plain_ = wall + kPlainInterval;
  for (const Progress &line : lines) {
    std::string text = format ("%s %.1f of %.0f s, buffered",
        line.over      ? "ended at"
        : line.seeking ? "seeking to"
                       : "plays",
        line.position, line.duration);
    for (size_t i = 0; i < line.buffered.size (); i++)
      text += (i ? " |" : "") + describe (line.buffered[i]);
    log (wall, line.name, text);
  }
}

} // namespace demo
