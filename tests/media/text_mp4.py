# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes text tracks in fragmented MP4 (ISO/IEC 14496-30), which no muxer of
Debian makes: WebVTT (`wvtt`) and TTML (`stpp`). A fragment is two seconds."""

import struct

TIMESCALE = 1000
FRAGMENT = 2 * TIMESCALE
FRAGMENTS = 4
MATRIX = struct.pack('>9I', 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def box(kind, *parts):
    body = b''.join(parts)
    return struct.pack('>I4s', 8 + len(body), kind) + body


def full(kind, version, flags, *parts):
    return box(kind, struct.pack('>I', version << 24 | flags), *parts)


def movie(handler, media_header, sample_entry):
    nothing = struct.pack('>I', 0)
    table = box(b'stbl', full(b'stsd', 0, 0, struct.pack('>I', 1),
                              sample_entry),
                full(b'stts', 0, 0, nothing), full(b'stsc', 0, 0, nothing),
                full(b'stsz', 0, 0, nothing, nothing),
                full(b'stco', 0, 0, nothing))
    data = box(b'dinf', full(b'dref', 0, 0, struct.pack('>I', 1),
                             full(b'url ', 0, 1)))
    media = box(b'mdia',
                full(b'mdhd', 0, 0, struct.pack('>4I2H', 0, 0, TIMESCALE, 0,
                                                0x55c4, 0)),
                full(b'hdlr', 0, 0, struct.pack('>I4s3I', 0, handler, 0, 0, 0),
                     b'text\0'),
                box(b'minf', media_header, data, table))
    track = box(b'trak',
                full(b'tkhd', 0, 3, struct.pack('>5I2I4H', 0, 0, 1, 0, 0, 0, 0,
                                                0, 0, 0, 0), MATRIX,
                     struct.pack('>2I', 0, 0)), media)
    return box(b'moov',
               full(b'mvhd', 0, 0,
                    struct.pack('>4IIHH2I', 0, 0, TIMESCALE, 0, 0x10000, 0x100,
                                0, 0, 0), MATRIX, struct.pack('>7I', 0, 0, 0,
                                                              0, 0, 0, 2)),
               track,
               box(b'mvex', full(b'trex', 0, 0,
                                 struct.pack('>5I', 1, 1, 0, 0, 0))))


def fragment(number, samples):
    """`samples`: pairs of a duration and the payload."""
    def moof(offset):
        run = struct.pack('>Ii', len(samples), offset) + b''.join(
            struct.pack('>2I', duration, len(payload))
            for duration, payload in samples)
        return box(b'moof', full(b'mfhd', 0, 0, struct.pack('>I', number + 1)),
                   box(b'traf', full(b'tfhd', 0, 0x20000,
                                     struct.pack('>I', 1)),
                       full(b'tfdt', 1, 0,
                            struct.pack('>Q', number * FRAGMENT)),
                       full(b'trun', 0, 0x301, run)))
    return (moof(len(moof(0)) + 8)
            + box(b'mdat', *(payload for _, payload in samples)))


def write(path, moov, samples_of):
    with open(path, 'wb') as file:
        file.write(box(b'ftyp', b'iso6', struct.pack('>I', 0), b'iso6dash'))
        file.write(moov)
        for number in range(FRAGMENTS):
            file.write(fragment(number, samples_of(number)))


def webvtt(path):
    """In each fragment a cue of 1.5 s, then nothing for 0.5 s."""
    entry = box(b'wvtt', bytes(6), struct.pack('>H', 1),
                box(b'vttC', b'WEBVTT'))

    def samples(number):
        cue = box(b'vttc', box(b'sttg', b'line:0'),
                  box(b'payl', f'cue {number}'.encode()))
        return [(1500, cue), (500, box(b'vtte'))]
    write(path, movie(b'text', full(b'nmhd', 0, 0), entry), samples)


def ttml(path):
    """In each fragment one document."""
    entry = box(b'stpp', bytes(6), struct.pack('>H', 1),
                b'http://www.w3.org/ns/ttml\0', b'\0', b'\0')

    def samples(number):
        begin = number * FRAGMENT // TIMESCALE
        document = (
            '<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div>'
            f'<p begin="{begin}s" end="{begin + 1.5}s">cue {number}</p>'
            '</div></body></tt>')
        return [(FRAGMENT, document.encode())]
    write(path, movie(b'subt', full(b'sthd', 0, 0), entry), samples)
