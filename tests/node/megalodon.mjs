// What Whalebird and Fedistar do with megalodon. Arguments: the school's address, a colleague's token, a picture.
// First says where its user signs in, and is told the code that she gets there.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline/promises";
import generator, { detector, FilterContext } from "megalodon";
import "./localhost.mjs";

const [url, colleagues, picture] = process.argv.slice(2);
const said = {};

said.make = await detector(url);
const stranger = generator(said.make, url);
const scopes = ["read", "write", "follow", "push"];
const app = await stranger.registerApp("Whalebird", { scopes });
console.log(JSON.stringify(app.url));
const code = await createInterface({ input: process.stdin }).question("");
const token = await stranger.fetchAccessToken(app.client_id, app.client_secret, code);
const client = generator(said.make, url, token.access_token);
const colleague = generator(said.make, url, colleagues);

const { data: me } = await client.verifyAccountCredentials();
const { data: other } = await colleague.verifyAccountCredentials();
const { data: instance } = await client.getInstance();
said.me = [me.acct, instance.uri === new URL(url).host];

// --- posts ---
const { data: media } = await client.uploadMedia(createReadStream(picture), { description: "Board", focus: "0.1,0.2" });
said.media = [(await client.getMedia(media.id)).data.type, media.description];
await client.updateMedia(media.id, { description: "The blackboard" });
const { data: post } = await client.postStatus("Salem from #megalodon", {
  media_ids: [media.id], visibility: "public", spoiler_text: "Greeting", sensitive: true, language: "kk",
});
said.post = [post.media_attachments[0].description, post.spoiler_text, post.sensitive, post.visibility, post.language];
const { data: answer } = await colleague.postStatus("@aigul Salem!", { in_reply_to_id: post.id, visibility: "public" });
said.context = (await client.getStatusContext(post.id)).data.descendants.map((each) => each.id === answer.id);
const { data: edited } = await client.editStatus(post.id, { status: "Changed #megalodon", media_ids: [media.id] });
said.edited = [edited.edited_at !== null, edited.media_attachments.length];
said.source = (await client.getStatusSource(post.id)).data.text;
said.marked = [
  (await colleague.favouriteStatus(post.id)).data.favourited,
  (await colleague.bookmarkStatus(post.id)).data.bookmarked,
  (await colleague.reblogStatus(post.id)).data.reblog.id === post.id,
  (await client.pinStatus(post.id)).data.pinned,
];
said.whose = [
  (await client.getStatusFavouritedBy(post.id)).data[0].acct,
  (await client.getStatusRebloggedBy(post.id)).data[0].acct,
  (await colleague.getBookmarks()).data[0].id === post.id,
];
const { data: quoting } = await client.postStatus("Look", { quote_id: post.id, visibility: "public" });
said.quote = quoting.quote.quoted_status.id === post.id;

const poll = { options: ["One", "Two"], expires_in: 3600, multiple: true };
const { data: asked } = await client.postStatus("Which?", { poll, visibility: "public" });
const { data: voted } = await colleague.votePoll(asked.poll.id, [0, 1]);
said.poll = [voted.own_votes, (await client.getPoll(asked.poll.id)).data.votes_count];

const at = new Date(Date.now() + 3_600_000).toISOString();
const { data: later } = await client.postStatus("Later", { scheduled_at: at });
const moved = new Date(Date.now() + 7_200_000).toISOString();
said.later = (await client.scheduleStatus(later.id, moved)).data.scheduled_at === moved;
await client.cancelScheduledStatus(later.id);
said.scheduled = (await client.getScheduledStatuses()).data.length;

// --- people, lists, timelines ---
said.followed = (await client.followAccount(other.id)).data.following;
said.relationship = (await client.getRelationship(other.id)).data.following;
const { data: list } = await client.createList("Friends");
said.list = (await client.updateList(list.id, "Colleagues")).data.title;
await client.addAccountsToList(list.id, [other.id]);
said.members = (await client.getAccountsInList(list.id)).data.map((each) => each.acct);
const first = await client.getHomeTimeline({ limit: 2 });
const older = await client.getHomeTimeline({ limit: 2, max_id: first.data[1].id });
said.home = [first.data.length, older.data.every((each) => !first.data.some((above) => above.id === each.id))];
said.timelines = [
  (await client.getListTimeline(list.id)).data.map((each) => each.account.acct),
  (await client.getLocalTimeline({ limit: 1 })).data.length,
  (await client.getPublicTimeline({ limit: 1, only_media: true })).data[0].id === post.id,
  (await client.getTagTimeline("megalodon")).data.length,
  (await client.getAccountStatuses(me.id, { pinned: true })).data.map((each) => each.id === post.id),
];
said.search = (await client.search("bolat", { type: "accounts", resolve: true })).data.accounts.map((each) => each.acct);
said.emptied = (await client.deleteAccountsFromList(list.id, [other.id])).status;
await client.addAccountsToList(list.id, [other.id]);

// --- filters, notifications, conversations ---
const context = [FilterContext.Home, FilterContext.Public];
const { data: filter } = await client.createFilter("exam", context, { whole_word: true, expires_in: 3600 });
await client.updateFilter(filter.id, "exams", context);
said.filters = (await client.getFilters()).data.map((each) => [each.phrase, each.context]);
await client.deleteFilter(filter.id);
said.unfiltered = (await client.getFilters()).data.length;
const { data: news } = await client.getNotifications({ limit: 10 });
said.news = news.map((each) => each.type).sort();
const [mention] = news.filter((each) => each.type === "mention");
said.mention = (await client.getNotification(mention.id)).data.status.id === answer.id;
await client.saveMarkers({ notifications: { last_read_id: news[0].id } });
said.marker = (await client.getMarkers(["notifications"])).data.notifications.last_read_id === news[0].id;
await client.dismissNotification(mention.id);
said.left = (await client.getNotifications()).data.length - news.length;
await colleague.postStatus("@aigul Have you got the microscopes?", { visibility: "direct" });
const [talk] = (await client.getConversationTimeline()).data;
said.conversation = [talk.unread, (await client.readConversation(talk.id)).data.unread, talk.accounts[0].acct];

// --- streams: posts are published until each has heard one, for a subscription is not answered ---
const streams = {
  user: await client.userStreaming(),
  local: await client.localStreaming(),
  everything: await client.publicStreaming(),
  tag: await client.tagStreaming("megalodon"),
  list: await client.listStreaming(list.id),
  direct: await client.directStreaming(),
};
const heard = Object.fromEntries(Object.keys(streams).map((name) => [name, []]));
const errors = [];
for (const [name, stream] of Object.entries(streams)) {
  stream.on("update", (status) => heard[name].push(["update", status.id]));
  stream.on("status_update", (status) => heard[name].push(["status_update", status.id]));
  stream.on("delete", (id) => heard[name].push(["delete", id]));
  stream.on("notification", (told) => heard[name].push([told.type, told.status?.id]));
  stream.on("conversation", (told) => heard[name].push(["conversation", told.last_status.id]));
  for (const trouble of ["error", "parser-error"]) stream.on(trouble, (error) => errors.push(`${name}: ${error}`));
}
const until = async (true_, what) => {
  const deadline = Date.now() + 20_000;
  while (!true_()) {
    if (Date.now() > deadline) throw new Error(`not in time: ${what}; heard ${JSON.stringify(heard)}; ${errors}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
while (Object.values(heard).some((events) => events.length === 0)) {
  await colleague.postStatus("Is anybody there? #megalodon", { visibility: "public" });
  await colleague.postStatus("@aigul Are you there?", { visibility: "direct" });
}
const { data: live } = await colleague.postStatus("Live #megalodon @aigul", { visibility: "public" });
await colleague.editStatus(live.id, { status: "Alive #megalodon @aigul" });
await colleague.deleteStatus(live.id);
const { data: message } = await colleague.postStatus("@aigul A message", { visibility: "direct" });
said.heard = {};
for (const [name, events] of Object.entries(heard)) {
  const [last, about] = name === "direct" ? ["conversation", message.id] : ["delete", live.id];
  await until(() => events.some(([event, id]) => event === last && id === about), name);
  said.heard[name] = events.filter(([, id]) => id === about).map(([event]) => event);
}
for (const stream of Object.values(streams)) stream.stop();
said.errors = errors;

said.deleted = (await client.deleteStatus(post.id)).data.id === post.id;
said.missing = await client.getStatus(post.id).catch((error) => [error.response.status, error.response.data.error]);
await client.deleteList(list.id);
await client.revokeToken(app.client_id, app.client_secret, token.access_token);
said.out = await client.verifyAccountCredentials().catch((error) => error.response.status);
console.log(JSON.stringify(said));
process.exit(0);
