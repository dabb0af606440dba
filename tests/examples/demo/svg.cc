// SPDX-License-Identifier: LGPL-2.1-or-later
#include "svg.hh"

namespace demo {

Svg::Svg (double width, double height)
    : body_ (
        format ("<svg xmlns=\"http://www.w3.org/2000/svg\" "
                "xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"%.0f\" "
                "height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" "
                "font-family=\"DejaVu Sans, sans-serif\">\n",
            width, height, width, height))
{}

void
Svg::rect (const Box &box, const std::string &style)
{
  body_ += format ("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
                   "%s/>\n",
      box.x, box.y, box.width, box.height, style.c_str ());
}

void
Svg::line (Point from, Point to, const std::string &style)
{
  body_ +=
      format ("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>\n",
          from.x, from.y, to.x, to.y, style.c_str ());
}

void
Svg::shape (const char *name, const std::vector<Point> &points,
    const std::string &style)
{
  body_ += format ("<%s points=\"", name);
  for (const Point &point : points)
    body_ += format ("%.1f,%.1f ", point.x, point.y);
  body_ += "\" " + style + "/>\n";
}

void
Svg::polyline (const std::vector<Point> &points, const std::string &style)
{
  shape ("polyline", points, style);
}

void
Svg::polygon (const std::vector<Point> &points, const std::string &style)
{
  shape ("polygon", points, style);
}

void
Svg::circle (Point center, double radius, const std::string &style)
{
  body_ += format ("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" %s/>\n",
      center.x, center.y, radius, style.c_str ());
}

void
Svg::text (Point at, const std::string &text, const std::string &style)
{
  Ptr<gchar> escaped (g_markup_escape_text (text.c_str (), -1));
  body_ += format ("<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>\n", at.x, at.y,
      style.c_str (), escaped.get ());
}

void
Svg::png (const Box &box, const std::vector<guint8> &data)
{
  Ptr<gchar> encoded (g_base64_encode (data.data (), data.size ()));
  body_ +=
      format ("<image x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
              "preserveAspectRatio=\"none\" "
              "xlink:href=\"data:image/png;base64,%s\"/>\n",
          box.x, box.y, box.width, box.height, encoded.get ());
}

std::string
text_style (double size, const char *color, const char *more)
{
  return format ("font-size=\"%.1f\" fill=\"%s\" %s", size, color, more);
}

double
text_width (const std::string &text, double size)
{
  return double (g_utf8_strlen (text.c_str (), -1)) * size * 0.6;
}

} // namespace demo
