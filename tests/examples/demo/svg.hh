// SPDX-License-Identifier: LGPL-2.1-or-later
// Writes SVG, shape by shape.
#pragma once

#include "util.hh"

namespace demo {

struct Point {
  double x;
  double y;
};

struct Box {
  double x;
  double y;
  double width;
  double height;
};

// `style` is a list of XML attributes: fill="red" stroke="none".
class Svg {
public:
  Svg (double width, double height);

  void rect (const Box &box, const std::string &style);
  void line (Point from, Point to, const std::string &style);
  void polyline (const std::vector<Point> &points, const std::string &style);
  void polygon (const std::vector<Point> &points, const std::string &style);
  void circle (Point center, double radius, const std::string &style);
  void text (Point at, const std::string &text, const std::string &style);
  void png (const Box &box, const std::vector<guint8> &data);
  void raw (const std::string &xml) { body_ += xml + "\n"; }

  std::string finish () const { return body_ + "</svg>\n"; }

private:
  void shape (const char *name, const std::vector<Point> &points,
      const std::string &style);

  std::string body_;
};

// `more`: other attributes.
std::string text_style (double size, const char *color, const char *more = "");

// About how wide a text of DejaVu Sans is.
double text_width (const std::string &text, double size);

} // namespace demo
