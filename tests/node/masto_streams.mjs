// What Elk and Phanpy do with the streams of masto.js. Arguments: the school's address, a teacher's token, a colleague's.
import { createRestAPIClient, createStreamingAPIClient } from "masto";
import WebSocket from "ws";
import "./localhost.mjs";

const [url, token, colleagues] = process.argv.slice(2);
const masto = createRestAPIClient({ url, accessToken: token });
const colleague = createRestAPIClient({ url, accessToken: colleagues });
const { streaming } = (await masto.v2.instance.fetch()).configuration.urls;
const open = (more) =>
  createStreamingAPIClient({
    streamingApiUrl: `${streaming}/api/v1/streaming`, accessToken: token, implementation: WebSocket, ...more,
  });

const list = await masto.v1.lists.create({ title: "Colleagues" });
await masto.v1.accounts.$select((await colleague.v1.accounts.verifyCredentials()).id).follow();
const streams = open();
const inAddress = open({ useInsecureAccessToken: true });
const subscriptions = {
  notification: streams.user.notification.subscribe(),
  list: streams.list.subscribe({ list: list.id }),
  hashtag: streams.hashtag.subscribe({ tag: "Streams" }),
  local: streams.public.local.subscribe(),
  user: streams.user.subscribe(),
  other: inAddress.public.subscribe(),
};
const heard = Object.fromEntries(Object.keys(subscriptions).map((name) => [name, []]));
const word = ({ event, payload }) =>
  event === "delete" ? [event, payload] : event === "notification" ? [event, payload.type] : [event, payload?.id];
for (const [name, subscription] of Object.entries(subscriptions)) {
  (async () => {
    for await (const event of subscription) heard[name].push(word(event));
  })();
}
const until = async (true_, what) => {
  const deadline = Date.now() + 20_000;
  while (!true_()) {
    if (Date.now() > deadline) throw new Error(`not in time: ${what}; heard ${JSON.stringify(heard)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

// A subscription is not answered: posts are published until each stream has heard one.
while (["hashtag", "local", "user", "other"].some((name) => heard[name].length === 0)) {
  await masto.v1.statuses.create({ status: "Is anybody there? #streams", visibility: "public" });
}
const post = await masto.v1.statuses.create({ status: "Salem #streams", visibility: "public" });
await masto.v1.statuses.$select(post.id).update({ status: "Salem, everybody #streams" });
await colleague.v1.statuses.$select(post.id).favourite();
await masto.v1.statuses.$select(post.id).remove();
const said = {};
for (const name of ["hashtag", "local", "user", "other", "notification"]) {
  await until(() => name === "notification" ? heard[name].length : heard[name].some(([event]) => event === "delete"), name);
  said[name] = heard[name].filter(([event, id]) => event === "notification" || id === post.id).map((each) => each[0]);
}
said.favourite = heard.notification[0][1];
streams.close();
inAddress.close();
console.log(JSON.stringify(said));
process.exit(0);
