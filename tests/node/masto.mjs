// What Elk and Phanpy do with masto.js. Arguments: the school's address, a client's name and secret, a code.
import { readFileSync } from "node:fs";
import { createOAuthAPIClient, createRestAPIClient } from "masto";
import "./localhost.mjs";

const [url, clientId, clientSecret, code, picture, colleagues] = process.argv.slice(2);
const redirectUri = "urn:ietf:wg:oauth:2.0:oob";
const said = {};

const oauth = createOAuthAPIClient({ url });
const token = await oauth.token.create({
  clientId, clientSecret, code, redirectUri, grantType: "authorization_code", scope: "read write follow push",
});
const masto = createRestAPIClient({ url, accessToken: token.accessToken });

said.me = (await masto.v1.accounts.verifyCredentials()).acct;
said.instance = (await masto.v2.instance.fetch()).apiVersions.mastodon;
const file = new File([readFileSync(picture)], "board.png", { type: "image/png" });
const media = await masto.v2.media.create({ file, description: "Board", focus: "0.1,0.2" });
said.media = media.url !== null;
const post = await masto.v1.statuses.create(
  { status: "Salem from masto.js #js", mediaIds: [media.id], visibility: "public" },
  { requestInit: { headers: { "Idempotency-Key": "m1" } } },
);
said.description = post.mediaAttachments[0].description;
const answer = await masto.v1.statuses.create({ status: "Answer", inReplyToId: post.id, visibility: "public" });
said.context = (await masto.v1.statuses.$select(post.id).context.fetch()).descendants.length;
said.favourited = (await masto.v1.statuses.$select(post.id).favourite()).favourited;
said.bookmarked = (await masto.v1.statuses.$select(post.id).bookmark()).bookmarked;
said.boost = (await masto.v1.statuses.$select(post.id).reblog()).reblog.id === post.id;
await masto.v1.statuses.$select(post.id).unreblog();
const edited = await masto.v1.statuses.$select(post.id).update({ status: "Changed", mediaIds: [media.id] });
said.edited = edited.editedAt !== null && edited.mediaAttachments.length === 1;
said.versions = (await masto.v1.statuses.$select(post.id).history.list()).length;
said.source = (await masto.v1.statuses.$select(post.id).source.fetch()).text;
const asked = await masto.v1.statuses.create({
  status: "Which?", poll: { options: ["One", "Two"], expiresIn: 3600, multiple: true }, visibility: "public",
});
said.poll = (await masto.v1.polls.$select(asked.poll.id).fetch()).options.map((option) => option.title);
const profile = await masto.v1.accounts.updateCredentials({
  displayName: "From masto.js", fieldsAttributes: [{ name: "School", value: "No. 1" }],
});
said.profile = [profile.displayName, profile.fields[0].name];
const colleague = createRestAPIClient({ url, accessToken: colleagues });
const other = await colleague.v1.accounts.verifyCredentials();
said.voted = (await colleague.v1.polls.$select(asked.poll.id).votes.create({ choices: [1] })).ownVotes;

const list = await masto.v1.lists.create({ title: "Friends", repliesPolicy: "list" });
said.list = (await masto.v1.lists.$select(list.id).update({ title: "Colleagues", exclusive: true })).title;
await masto.v1.accounts.$select(other.id).follow();
await masto.v1.lists.$select(list.id).accounts.create({ accountIds: [other.id] });
said.members = (await masto.v1.lists.$select(list.id).accounts.list()).map((each) => each.acct);
said.lists = (await masto.v1.accounts.$select(other.id).lists.list()).map((each) => [each.title, each.exclusive]);
const theirs = await colleague.v1.statuses.create({ status: "For the list #js", visibility: "public" });
const newest = async (timeline) => (await timeline.list({ limit: 1 }))[0].id;
said.timelines = [
  (await newest(masto.v1.timelines.list.$select(list.id))) === theirs.id,
  (await newest(masto.v1.timelines.home)) === asked.id,
  (await newest(masto.v1.timelines.tag.$select("js"))) === theirs.id,
  (await newest(masto.v1.accounts.$select(other.id).statuses)) === theirs.id,
];
await masto.v1.lists.$select(list.id).accounts.remove({ accountIds: [other.id] });
await masto.v1.lists.$select(list.id).remove();
said.noLists = (await masto.v1.lists.list()).length;

await colleague.v1.statuses.$select(post.id).favourite();
await colleague.v1.statuses.$select(post.id).reblog();
await colleague.v1.statuses.create({ status: "@bolat Salem", inReplyToId: post.id, visibility: "public" });
const news = await masto.v1.notifications.list({ types: ["favourite", "mention"] });
said.news = news.map((each) => each.type);
const grouped = await masto.v2.notifications.list();
said.groups = grouped.notificationGroups.map((each) => [each.type, each.notificationsCount]);
said.unread = (await masto.v2.notifications.unreadCount.fetch()).count;
await masto.v1.markers.create({ notifications: { lastReadId: news[0].id } });
said.read = (await masto.v2.notifications.unreadCount.fetch()).count;
await masto.v2.notifications.$select(grouped.notificationGroups[0].groupKey).dismiss();
await masto.v1.notifications.clear();
said.noNews = (await masto.v1.notifications.list()).length;
said.pages = [];
for await (const page of masto.v1.timelines.public.list({ local: true, limit: 2 })) {
  said.pages.push(page.length);
  if (said.pages.length === 2) break;
}
const several = await masto.v1.statuses.list({ id: [answer.id, post.id] });
said.several = several.map((each) => each.id === answer.id);
said.deleted = (await masto.v1.statuses.$select(answer.id).remove()).text;
const filter = await masto.v2.filters.create({
  title: "Changes", context: ["home", "public"], filterAction: "blur", expiresIn: 3600,
  keywordsAttributes: [{ keyword: "changed", wholeWord: true }],
});
const [match] = (await masto.v1.statuses.$select(post.id).fetch()).filtered;
said.filtered = [match.filter.title, match.filter.filterAction, match.keywordMatches];
const word = await masto.v2.filters.$select(filter.id).keywords.create({ keyword: "other" });
await masto.v2.filters.keywords.$select(word.id).remove();
await masto.v2.filters.$select(filter.id).update({ title: "Others" });
said.filters = (await masto.v2.filters.list()).map((each) => [each.title, each.keywords.length]);
await masto.v2.filters.$select(filter.id).remove();
try {
  await masto.v1.statuses.$select(answer.id).fetch();
} catch (error) {
  said.missing = [error.statusCode, error.message];
}
await oauth.revoke?.({ clientId, clientSecret, token: token.accessToken });
console.log(JSON.stringify(said));
