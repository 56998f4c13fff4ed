"""What a citizen can send besides text: small samples, in the form the Bot API gives them."""

import base64
from collections.abc import Callable
from typing import Any

from bot.emulators.telegram.world import World

Json = dict[str, Any]

# A grey picture of 1 × 1, which is enough for whoever asks what it is and too little for whoever wants to read it.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mOor6//DwAEhAH/2vYcWgAAAABJRU5ErkJggg=="
)
SILENCE = b"OggS" + bytes(60)


def _photo(world: World, _: Json) -> Json:
    sizes = []
    for width, height in ((90, 120), (960, 1280)):
        file = world.keep_file("photo", PIXEL)
        sizes.append({**file, "width": width, "height": height})
    world.files[sizes[-1]["file_id"]]["photo"] = sizes
    return {"photo": sizes}


def _voice(world: World, values: Json) -> Json:
    return {
        "voice": {
            **world.keep_file("voice", SILENCE),
            "duration": int(values.get("duration", 4)),
            "mime_type": "audio/ogg",
        }
    }


def _video(world: World, _: Json) -> Json:
    return {
        "video": {
            **world.keep_file("video", SILENCE),
            "width": 640,
            "height": 360,
            "duration": 5,
            "mime_type": "video/mp4",
        }
    }


def _document(world: World, values: Json) -> Json:
    name = str(values.get("name", "don.pdf"))
    return {
        "document": {
            **world.keep_file("document", b"%PDF-1.4", name),
            "file_name": name,
            "mime_type": "application/pdf",
        }
    }


def _sticker(world: World, values: Json) -> Json:
    kind = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
    return {"sticker": {**world.keep_file("sticker", PIXEL), **kind, "emoji": str(values.get("emoji", "👍"))}}


def _location(_: World, values: Json) -> Json:
    return {
        "location": {
            "latitude": float(values.get("latitude", 21.03)),
            "longitude": float(values.get("longitude", 105.85)),
        }
    }


SAMPLES: dict[str, Callable[[World, Json], Json]] = {
    "photo": _photo,
    "voice": _voice,
    "video": _video,
    "document": _document,
    "sticker": _sticker,
    "location": _location,
}
