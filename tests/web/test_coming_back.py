"""Where somebody is after she has pressed a button of a post."""

import re

from fedi.models.posts import Circle
from tests.web.conftest import Visitors


async def test_thanks_lead_back_to_the_same_search(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.saule, "Paper strips for fractions")
    searched = "/library?q=fractions&in=all"
    page = (await visitors.teacher.get(searched)).text
    [back] = set(re.findall(r'name="back" value="(/library\?[^"]+)"', page))

    thanked = await visitors.teacher.send(f"/posts/{post.id}/like", {"back": back.replace("&amp;", "&")})

    assert thanked.headers["location"] == f"{searched}#p{post.id}"


async def test_an_answer_written_below_a_post_stays_in_its_circle(visitors: Visitors) -> None:
    """New posts of a beginner are for her school; an answer that never left would look sent and be read by nobody."""
    for circle in (Circle.PUBLIC, Circle.FOLLOWERS):
        post = await visitors.school.post(visitors.saule, "How did it go? @aigul", circle)
        page = (await visitors.teacher.get(f"/@saule/{post.id}")).text
        [chosen] = re.findall(r'name="circle" value="(\w+)"', page)

        assert chosen == circle
