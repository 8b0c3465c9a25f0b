"""What other servers are told of a film, and what is understood of theirs."""

from fedi import media
from fedi.actions import files
from fedi.models.files import FileKind
from fedi.store import views
from fedi.store.database import Transaction
from tests.media import films, samples
from tests.media.films import needs_ffmpeg
from tests.network import Network


@needs_ffmpeg
async def test_a_film_tells_its_measures_to_another_school_which_shows_them(network: Network) -> None:
    almaty, kostanay = network["almaty"], network["kostanay"]
    aigul, bolat = await almaty.teacher("aigul"), await kostanay.teacher("bolat")
    await kostanay.follow(bolat, aigul)
    new = await media.receive(
        almaty.instance.media, samples.upload(films.film(), "a.mov"), "Strips", media.Films.BRIEFLY
    )

    async def add(tx: Transaction) -> int:
        file = await files.add(tx, aigul, new)
        await files.redescribe(tx, aigul, file.id, None, (0.5, -0.25))
        return file.id

    post = await almaty.post(aigul, file_ids=(await almaty.write(add),))
    await network.drain()

    [create] = network.wire.sent("Create")
    [told] = create.activity["object"]["attachment"]
    assert (told["type"], told["mediaType"], told["name"]) == ("Document", "video/mp4", "Strips")
    assert (told["width"], told["height"], told["focalPoint"]) == (320, 240, [0.5, -0.25])
    assert told["blurhash"] == new.blurhash
    assert told["duration"].startswith("PT3")
    assert told["icon"]["mediaType"] == "image/webp"
    arrived = await kostanay.has(post.uri)
    assert arrived is not None
    [view] = await kostanay.read(views.full, [arrived.id])
    [file] = view.files
    assert (file.kind, file.width, file.duration_ms) == (FileKind.VIDEO, 320, new.duration_ms)
    assert (file.focus, file.blurhash) == ((0.5, -0.25), new.blurhash)
