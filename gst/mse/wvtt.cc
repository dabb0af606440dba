// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/wvtt.hh"

#include "mse/isobmff-boxes.hh"

#include <algorithm>
#include <vector>

namespace webmedia::mse {

namespace {

// Cue text to markup. Pango takes a whole element tree only, so what is open
// is remembered, and end tags that fit nothing are dropped.
// https://www.w3.org/TR/webvtt1/#webvtt-cue-text-parsing-rules
class MarkupWriter {
public:
  explicit MarkupWriter (std::string_view text) : text_ (text) {}

  std::string run ();

private:
  struct Element {
    std::string_view name; // WebVTT's
    const char *end;       // Pango's end tag, or nothing
  };

  void tag ();
  void start_tag (std::string_view tag);
  void end_tag (std::string_view name);
  void escape ();

  std::string_view text_;
  std::string markup_;
  std::vector<Element> open_;
};

struct Named {
  std::string_view name;
  const char *markup;
};

} // namespace

// https://www.w3.org/TR/webvtt1/#default-text-color
static const Named colors[] = {{"white", "#ffffff"}, {"lime", "#00ff00"},
    {"cyan", "#00ffff"}, {"red", "#ff0000"}, {"yellow", "#ffff00"},
    {"magenta", "#ff00ff"}, {"blue", "#0000ff"}, {"black", "#000000"}};

// What Pango does not know by the same name, and what it does.
static const Named escapes[] = {{"amp;", "&amp;"}, {"lt;", "&lt;"},
    {"gt;", "&gt;"}, {"quot;", "&quot;"}, {"nbsp;", "\u00a0"},
    {"lrm;", "\u200e"}, {"rlm;", "\u200f"}};

static const char *
find_color (std::string_view classes)
{
  while (!classes.empty ()) {
    size_t dot = classes.find ('.');
    std::string_view name = classes.substr (0, dot);
    for (const Named &color : colors) {
      if (color.name == name)
        return color.markup;
    }
    classes = dot == classes.npos ? "" : classes.substr (dot + 1);
  }
  return nullptr;
}

void
MarkupWriter::start_tag (std::string_view tag)
{
  size_t end = tag.find_first_of (". \t\n");
  std::string_view name = tag.substr (0, end);
  if (name == "b" || name == "i" || name == "u") {
    markup_.append ("<").append (name).append (">");
    open_.push_back ({name, name == "b"   ? "</b>"
                            : name == "i" ? "</i>"
                                          : "</u>"});
  } else if (name == "c") {
    std::string_view classes = tag.substr (0, tag.find_first_of (" \t\n"));
    classes.remove_prefix (std::min<size_t> (2, classes.size ()));
    const char *color = find_color (classes);
    if (color)
      markup_.append ("<span foreground=\"").append (color).append ("\">");
    open_.push_back ({name, color ? "</span>" : ""});
  } else if (name == "v" || name == "lang" || name == "ruby" || name == "rt") {
    open_.push_back ({name, ""});
  }
  // Times of karaoke captions and unknown tags leave nothing.
}

void
MarkupWriter::end_tag (std::string_view name)
{
  // An end of ruby ends its text too.
  if (name == "ruby" && !open_.empty () && open_.back ().name == "rt")
    open_.pop_back ();
  if (open_.empty () || open_.back ().name != name)
    return;
  markup_ += open_.back ().end;
  open_.pop_back ();
}

void
MarkupWriter::tag ()
{
  size_t end = text_.find ('>');
  std::string_view tag = text_.substr (0, end);
  text_ = end == text_.npos ? "" : text_.substr (end + 1);
  if (!tag.empty () && tag[0] == '/')
    end_tag (tag.substr (1));
  else
    start_tag (tag);
}

// At an ampersand.
void
MarkupWriter::escape ()
{
  std::string_view rest = text_.substr (1);
  for (const Named &each : escapes) {
    if (rest.starts_with (each.name)) {
      markup_ += each.markup;
      text_.remove_prefix (1 + each.name.size ());
      return;
    }
  }
  markup_ += "&amp;";
  text_.remove_prefix (1);
}

std::string
MarkupWriter::run ()
{
  while (!text_.empty ()) {
    char next = text_[0];
    if (next == '<') {
      text_.remove_prefix (1);
      tag ();
    } else if (next == '&') {
      escape ();
    } else {
      if (next == '>')
        markup_ += "&gt;";
      else if (next != '\r')
        markup_ += next;
      text_.remove_prefix (1);
    }
  }
  for (; !open_.empty (); open_.pop_back ())
    markup_ += open_.back ().end;
  return markup_;
}

std::string
webvtt_to_markup (std::string_view cue_text)
{
  CString valid (
      g_utf8_make_valid (cue_text.data (), gssize (cue_text.size ())));
  return MarkupWriter (valid.get ()).run ();
}

// Only a cue's text is taken: text/x-raw has no place for its identifier and
// settings (sttg), and vttx is text between cues, which is not shown.
std::string
wvtt_to_markup (const uint8_t *sample, size_t size)
{
  std::string markup;
  BoxReader boxes (sample, size);
  Box box;
  while (boxes.next (box)) {
    if (box.type != fourcc ("vttc"))
      continue;
    Box part;
    while (box.body.next (part)) {
      if (part.type != fourcc ("payl"))
        continue;
      size_t length = part.body.left ();
      const char *text =
          reinterpret_cast<const char *> (part.body.bytes (length));
      std::string cue = webvtt_to_markup ({text, length});
      if (!markup.empty () && !cue.empty ())
        markup += '\n';
      markup += cue;
    }
  }
  return markup;
}

Ptr<GstBuffer>
make_wvtt_buffer (const Block &block, uint32_t offset, uint32_t size)
{
  std::vector<uint8_t> sample (size);
  block.copy_to (sample.data (), offset, size);
  std::string markup = wvtt_to_markup (sample.data (), size);
  if (markup.empty ())
    return nullptr;
  return Ptr<GstBuffer>::adopt (
      gst_buffer_new_memdup (markup.data (), markup.size ()));
}

} // namespace webmedia::mse
