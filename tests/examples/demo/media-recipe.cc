// SPDX-License-Identifier: LGPL-2.1-or-later
#include "media-recipe.hh"

#include <array>

namespace demo {

namespace {

// The time in big figures: readable in a thumbnail. Seconds and hundredths.
const std::string kClock =
    "drawtext=font=Sans:fontsize=h*0.42:fontcolor=white:box=1:"
    "boxcolor=black@0.35:boxborderw=6:x=(w-tw)/2:y=(h-h*0.42)/2:"
    "text='%{eif\\:floor(t+0.001)\\:d}.%{eif\\:mod(round(t*100)\\,100)"
    "\\:d\\:2}'";

std::string
labels (const std::string &text)
{
  return "drawtext=font=Sans:fontsize=h*0.13:fontcolor=white:box=1:"
         "boxcolor=black@0.5:boxborderw=3:x=h*0.06:y=h*0.06:text='"
         + text
         + "',drawtext=font=Sans:fontsize=h*0.11:fontcolor=white:box=1:"
           "boxcolor=black@0.5:boxborderw=3:x=w-tw-h*0.06:y=h-h*0.17:"
           "text='frame %{n}'";
}

std::string
number_word (int number)
{
  static const std::array<const char *, 20> small{"zero", "one", "two", "three",
      "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
      "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
      "eighteen", "nineteen"};
  if (number < 20)
    return small[number];
  std::string word = number < 30 ? "twenty" : "thirty";
  return number % 10 ? word + " " + small[number % 10] : word;
}

std::string
counting_voice (int duration)
{
  std::string words, names;
  for (int i = 0; i < duration; i++) {
    std::string name = "[n" + std::to_string (i) + "]";
    words += "flite=text='" + number_word (i)
             + "':voice=slt,adelay=" + std::to_string (i * 1000) + name + ";";
    names += name;
  }
  return words + names + "amix=inputs=" + std::to_string (duration)
         + ":normalize=0,aresample=48000,apad=whole_dur="
         + std::to_string (duration)
         + ",aformat=channel_layouts=stereo,asetnsamples=1024";
}

Command
ffmpeg (const std::string &graph)
{
  return {"ffmpeg", "-hide_banner", "-nostdin", "-v", "error", "-y",
      "-filter_complex", graph};
}

void
add (Command &command, const Command &arguments)
{
  command.insert (command.end (), arguments.begin (), arguments.end ());
}

} // namespace

Command
mp4_recipe (const std::string &folder, bool voice)
{
  std::string duration = std::to_string (kMp4Seconds);
  std::string sound =
      voice ? counting_voice (kMp4Seconds)
            : "sine=frequency=330:beep_factor=4:sample_rate=48000:duration="
                  + duration + ",aformat=channel_layouts=stereo";
  // Colours that drift, and a bar that swings once in two seconds.
  Command command = ffmpeg (
      "gradients=s=640x360:r=25:d=" + duration
      + ":speed=0.008:nb_colors=3:c0=0x0b3b8c:c1=0x1fb6a6:c2=0xf2a541:"
        "x0=0:y0=0:x1=640:y1=360,hue=H=2*PI*t/"
      + duration + "[colours];color=c=white@0.5:s=8x360:r=25:d=" + duration
      + ",format=yuva420p[bar];"
        "[colours][bar]overlay=x='(W-w)*abs(mod(t\\,2)-1)',"
      + kClock + ",split[small][big];[small]scale=320:180," + labels ("180p")
      + "[v180];[big]" + labels ("360p") + "[v360];" + sound + "[sound]");
  add (command,
      {"-map", "[v180]", "-map", "[v360]", "-map", "[sound]", "-c:v", "libx264",
          "-preset", "veryfast", "-pix_fmt", "yuv420p", "-x264-params",
          "keyint=50:min-keyint=50:scenecut=0:bframes=3", "-b:v:0", "200k",
          "-b:v:1", "800k", "-c:a", "aac", "-b:a", "96k", "-f", "dash",
          "-seg_duration", std::to_string (kSegmentSeconds), "-use_timeline",
          "0", "-use_template", "1", "-init_seg_name",
          "$RepresentationID$-init.mp4", "-media_seg_name",
          "$RepresentationID$-$Number%02d$.m4s", folder + "/mp4.mpd"});
  return command;
}

Command
webm_recipe (const std::string &folder)
{
  std::string duration = std::to_string (kWebmSeconds);
  // A zoom, and plucked notes up and down a chord, four in a second.
  Command command = ffmpeg (
      "mandelbrot=s=480x270:r=25:start_scale=3:end_scale=0.00002:"
      "end_pts=500:maxiter=500:inner=period,trim=duration="
      + duration + "," + kClock + "," + labels ("270p")
      + "[picture];aevalsrc='0.25*exp(-6*mod(t\\,0.25))*sin(2*PI*t*"
        "220*pow(2\\,(4*mod(floor(t*4)\\,4)-if(eq(mod(floor(t*4)\\,4)"
        "\\,2)\\,1\\,0))/12))':s=48000:d="
      + duration + ",aformat=channel_layouts=stereo,asetnsamples=960[sound]");
  add (command, {"-map", "[picture]", "-map", "[sound]", "-c:v", "libvpx-vp9",
                    "-deadline", "realtime", "-cpu-used", "8", "-row-mt", "1",
                    "-threads", "2", "-pix_fmt", "yuv420p", "-b:v", "700k",
                    "-g", std::to_string (kSegmentSeconds * 25), "-keyint_min",
                    std::to_string (kSegmentSeconds * 25), "-c:a", "libopus",
                    "-b:a", "64k", "-f", "webm", folder + "/av.webm"});
  return command;
}

} // namespace demo
