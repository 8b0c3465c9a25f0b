// A small server on Fedify, as its manual has one written: nothing here knows what it will meet.
//
// It serves `origin` over https with the certificate in CERTIFICATE, and on a second port of loopback does what it is
// told and tells what it saw. Its first line on stdout names both ports as JSON. It ends with its stdin.

import dns from "node:dns";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";

import { createFederation, generateCryptoKeyPair, InProcessMessageQueue, LanguageString, MemoryKvStore, parseNodeInfo, verifyJsonLd,
  verifyObject, verifyRequest } from "@fedify/fedify";
import * as vocab from "@fedify/fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";

const { PUBLIC_COLLECTION } = vocab;
const NAME = process.env.NAME;

// No name server knows the hosts of tests.
const lookup = dns.lookup;
dns.lookup = (host, options, callback) =>
  lookup(host.endsWith(".test") ? "127.0.0.1" : host, options, callback ?? options);

// --- the server, as its manual has one written ---

const people = new Map(); // identifier -> what a person is
const objects = new Map(); // address -> what she wrote
const activities = new Map(); // address -> what was sent and what was let in
const seen = []; // what it makes of activities that were let in
const knocks = []; // requests to inboxes, and what they carried

function build(origin, firstKnock) {
  const made = createFederation({
    kv: new MemoryKvStore(),
    queue: new InProcessMessageQueue(),
    allowPrivateAddress: true,
    firstKnock,
    origin,
  });
  made.setActorDispatcher("/users/{identifier}", actor).setKeyPairsDispatcher((_, identifier) =>
    people.get(identifier)?.keys ?? []
  );
  made.setObjectDispatcher(vocab.Note, "/notes/{id}", stored);
  made.setObjectDispatcher(vocab.Article, "/articles/{id}", stored);
  made.setObjectDispatcher(vocab.Question, "/questions/{id}", stored);
  made.setObjectDispatcher(vocab.QuoteAuthorization, "/stamps/{id}", stored);
  made.setFollowersDispatcher("/users/{identifier}/followers", (_, identifier) => ({
    items: [...people.get(identifier)?.followers.values() ?? []],
  }));
  made.setFollowingDispatcher("/users/{identifier}/following", (_, identifier) => ({
    items: [...people.get(identifier)?.following ?? []].map((each) => new URL(each)),
  }));
  made.setFeaturedDispatcher("/users/{identifier}/featured", (_, identifier) => ({
    items: [...people.get(identifier)?.pinned ?? []].map((each) => objects.get(each)),
  }));
  made.setOutboxDispatcher("/users/{identifier}/outbox", (_, identifier) => ({
    items: people.get(identifier)?.said ?? [],
  }));
  made.setNodeInfoDispatcher("/nodeinfo/2.1", () => ({
    software: { name: "fedify-peer", version: "2.3.6" },
    protocols: ["activitypub"],
    usage: { users: {}, localPosts: 0, localComments: 0 },
  }));
  made.setInboxListeners("/users/{identifier}/inbox", "/inbox")
    .setSharedKeyDispatcher(() => ({ identifier: [...people.keys()][0] }))
    .on(vocab.Follow, followed)
    .on(vocab.Activity, told);
  return made;
}

async function actor(context, identifier) {
  const person = people.get(identifier);
  if (!person) return null;
  const keys = await context.getActorKeyPairs(identifier);
  return new vocab[person.kind]({
    id: context.getActorUri(identifier),
    preferredUsername: identifier,
    name: person.name,
    summary: "<p>Teaches <b>physics</b></p>",
    url: new URL(`/@${identifier}`, context.origin),
    inbox: context.getInboxUri(identifier),
    outbox: context.getOutboxUri(identifier),
    followers: context.getFollowersUri(identifier),
    following: context.getFollowingUri(identifier),
    featured: context.getFeaturedUri(identifier),
    endpoints: new vocab.Endpoints({ sharedInbox: context.getInboxUri() }),
    publicKey: keys[0].cryptographicKey,
    assertionMethods: keys.map((pair) => pair.multikey),
    manuallyApprovesFollowers: person.locked,
    attachments: [new vocab.PropertyValue({ name: "School", value: "Lyceum 9" })],
    aliases: person.aliases.map((each) => new URL(each)),
    successor: person.moved && new URL(person.moved),
  });
}

const stored = (context) => objects.get(context.url.href);

async function followed(context, follow) {
  await told(context, follow);
  const parsed = context.parseUri(follow.objectId);
  const person = parsed?.type === "actor" && people.get(parsed.identifier);
  if (!person || person.locked) return;
  const follower = await follow.getActor(context);
  person.followers.set(follower.id.href, follower);
  await context.sendActivity(
    { identifier: parsed.identifier },
    follower,
    new vocab.Accept({ id: fresh(context, "accepts"), actor: follow.objectId, object: follow }),
  );
}

const fresh = (context, kind) => new URL(`/${kind}/${crypto.randomUUID()}`, context.origin);

// --- what it makes of what others say ---

async function told(context, activity) {
  activities.set(activity.id.href, activity);
  seen.push(await viewOf(activity, context));
}

const LINKS = ["id", "url", "inboxId", "outboxId", "followersId", "followingId", "featuredId", "actorId", "objectId", "targetId",
  "attributionId", "replyTargetId", "contextId", "repliesId", "sharesId", "likesId", "successorId", "aliasId", "quoteUrl",
  "quoteId", "quoteAuthorizationId", "instrumentId", "resultId", "interactingObjectId", "interactionTargetId"];
const LISTS = ["actorIds", "objectIds", "attributionIds", "toIds", "ccIds", "aliasIds"];
const TEXTS = ["name", "summary", "content", "preferredUsername", "mediaType", "value", "sensitive",
  "manuallyApprovesFollowers", "discoverable", "indexable", "votersCount", "totalItems", "width", "height", "emoji"];
const TIMES = ["published", "updated", "endTime", "closed"];
const MANY = ["names", "summaries", "contents"];
const INSIDE = { tags: "getTags", attachments: "getAttachments", icons: "getIcons", publicKeys: "getPublicKeys",
  assertionMethods: "getAssertionMethods", exclusiveOptions: "getExclusiveOptions", inclusiveOptions: "getInclusiveOptions" };

async function viewOf(object, options) {
  if (object == null) return null;
  const view = { type: object.constructor.name };
  for (const name of LINKS) if (object[name]) view[name] = href(object[name]);
  for (const name of LISTS) if (object[name]?.length) view[name] = object[name].map(href);
  for (const name of TEXTS) if (object[name] != null) view[name] = String(object[name]);
  for (const name of TIMES) if (object[name]) view[name] = object[name].toString();
  for (const name of MANY) if (object[name]?.length) view[name] = object[name].map(text);
  for (const [name, get] of Object.entries(INSIDE)) {
    if (object[get]) {
      view[name] = [];
      for await (const each of object[get](options)) view[name].push(await viewOf(each, options));
    }
  }
  if (object.href) view.href = href(object.href);
  if (object.endpoints) view.sharedInbox = href(object.endpoints.sharedInbox);
  if (object.controllerId ?? object.ownerId) view.owner = href(object.controllerId ?? object.ownerId);
  if (object.publicKey instanceof CryptoKey) view.algorithm = object.publicKey.algorithm.name;
  if (object instanceof vocab.Activity && !(object instanceof vocab.Question)) {
    view.object = await viewOf(await quietly(() => object.getObject({ ...options, crossOrigin: "throw" })), options);
  }
  return view;
}

const href = (link) => link instanceof vocab.Link ? link.href?.href : link.href ?? String(link);
const text = (words) => words instanceof LanguageString ? { text: words.toString(), language: words.locale?.baseName ?? String(words.language) } : { text: words };

async function quietly(get) {
  try {
    return await get();
  } catch (error) {
    return void console.error(String(error));
  }
}

// Which of the signatures on a request hold, each asked alone: the server itself stops at the first.
async function verdict(request, body) {
  const options = federation.createContext(new URL(origin()));
  const json = JSON.parse(body);
  return {
    id: json.id,
    type: json.type,
    http: await quietly(async () => (await verifyRequest(request, options))?.id?.href ?? null),
    scheme: request.headers.has("signature-input") ? "rfc9421" : request.headers.has("signature") ? "cavage" : null,
    proof: "proof" in json ? (await quietly(() => verifyObject(vocab.Activity, json, options))) != null : null,
    ld: "signature" in json ? Boolean(await quietly(() => verifyJsonLd(json, options))) : null,
  };
}

// --- what it is told to do ---

const LANGUAGES = (words) => Object.entries(words).map(([language, text]) => new LanguageString(text, language));

function madeObject(context, by, told) {
  const kind = told.kind ?? "Note";
  const id = told.id ? new URL(told.id) : new URL(`/${kind.toLowerCase()}s/${crypto.randomUUID()}`, context.origin);
  const option = (name) => new vocab.Note({ name, replies: new vocab.Collection({ totalItems: 0 }) });
  const made = new vocab[kind]({
    id,
    attribution: context.getActorUri(by),
    to: told.to ? new URL(told.to) : PUBLIC_COLLECTION,
    ccs: [context.getFollowersUri(by), ...(told.mentions ?? []).map((each) => new URL(each.href))],
    name: told.name,
    summary: told.summary,
    sensitive: told.summary ? true : undefined,
    ...(typeof told.content === "object" ? { contents: LANGUAGES(told.content) } : { content: told.content }),
    replyTarget: told.replyTo && new URL(told.replyTo),
    quote: told.quote && new URL(told.quote),
    quoteAuthorization: told.stamp && new URL(told.stamp),
    audience: told.audience && new URL(told.audience),
    interactionPolicy: new vocab.InteractionPolicy({
      canQuote: new vocab.InteractionRule({ automaticApproval: PUBLIC_COLLECTION }),
    }),
    url: new URL(`/@${by}/${id.pathname.split("/").at(-1)}`, context.origin),
    published: Temporal.Now.instant(),
    updated: told.id && Temporal.Now.instant(),
    exclusiveOptions: (told.options ?? []).map(option),
    endTime: told.options && Temporal.Now.instant().add({ hours: 24 }),
    tags: [
      ...(told.mentions ?? []).map((each) => new vocab.Mention({ href: new URL(each.href), name: each.name })),
      ...(told.tags ?? []).map((each) =>
        new vocab.Hashtag({ href: new URL(`/tags/${encodeURIComponent(each)}`, context.origin), name: `#${each}` })
      ),
    ],
  });
  objects.set(id.href, made);
  return made;
}

const DO = {
  async person(context, { name, locked = false, aliases = [], kind = "Person" }) {
    const keys = [await pair("RSASSA-PKCS1-v1_5"), await pair("Ed25519")];
    people.set(name, { name: name[0].toUpperCase() + name.slice(1), keys, locked, aliases, kind, moved: null,
      pinned: new Set(), followers: new Map(), following: new Set(), said: [] });
    return { uri: context.getActorUri(name).href, handle: `@${name}@${context.host}` };
  },
  // Look at something of another server: by address, or a person by her handle.
  async look(context, { at, by }) {
    const documentLoader = by ? await context.getDocumentLoader({ identifier: by }) : undefined;
    return await viewOf(await context.lookupObject(at, { documentLoader }), { ...context, documentLoader });
  },
  async items(context, { at }) {
    const collection = await context.lookupObject(at);
    const items = [];
    for await (const each of context.traverseCollection(collection)) items.push(await viewOf(each, context));
    return { ...await viewOf(collection, context), items };
  },
  // Let somebody elsewhere quote something of hers.
  stamp(context, { by, quoting, quoted }) {
    const made = new vocab.QuoteAuthorization({
      id: fresh(context, "stamps"),
      attribution: context.getActorUri(by),
      interactingObject: new URL(quoting),
      interactionTarget: new URL(quoted),
    });
    objects.set(made.id.href, made);
    return made.id.href;
  },
  // Whether the proof on a document of another server holds.
  async proof(context, { at }) {
    const { document } = await context.documentLoader(at);
    return { there: "proof" in document, holds: (await verifyObject(vocab.Object, document, context)) != null };
  },
  // Fedify's own look-up goes to public addresses only, whatever it was told; its parser is what matters.
  async nodeinfo(_, { at }) {
    const { links } = await (await fetch(new URL("/.well-known/nodeinfo", at))).json();
    const versions = links.filter(({ rel }) => rel.startsWith("http://nodeinfo.diaspora.software/ns/schema/"));
    return await Promise.all(versions.map(async ({ href }) => parseNodeInfo(await (await fetch(href)).json())));
  },
  // Say something in somebody's name. `object` is an address (an activity's is sent whole, as Undo and Accept want it),
  // or what a new object says. `also` are more objects of the same activity. `knock` is the kind of signature that is tried first.
  async say(_, { type, by, to, object, target, instrument, result, also = [], knock = "rfc9421" }) {
    const context = federations[knock].createContext(new URL(origin()), undefined);
    const made = typeof object === "string" ? await meant(context, type, by, object) : madeObject(context, by, object);
    const activity = new vocab[type]({
      id: fresh(context, type.toLowerCase()),
      actor: context.getActorUri(by),
      objects: [made, ...also.map((each) => new URL(each))],
      target: target && new URL(target),
      instrument: instrument && new URL(instrument),
      result: result && new URL(result),
      to: PUBLIC_COLLECTION,
      cc: context.getFollowersUri(by),
    });
    activities.set(activity.id.href, activity);
    note(people.get(by), type, activity, object, target);
    const recipients = to === "followers" ? to : await Promise.all(to.map((each) => context.lookupObject(each)));
    await context.sendActivity({ identifier: by }, recipients, activity, { preferSharedInbox: true });
    return { id: activity.id.href, object: (made.id ?? made).href };
  },
  followers: (_, { by }) => [...people.get(by).followers.keys()],
  seen: () => seen,
  knocks: () => knocks,
};

// What an address stands for within an activity.
async function meant(context, type, by, address) {
  if (activities.has(address)) return activities.get(address);
  if (type === "Delete") return new vocab.Tombstone({ id: new URL(address) });
  return type === "Update" ? await actor(context, by) : new URL(address);
}

function note(person, type, activity, object, target) {
  if (type === "Follow") person.following.add(object);
  if (type === "Move") person.moved = target;
  if (type === "Create") person.said.push(activity);
  if (type === "Add") person.pinned.add(object);
  if (type === "Remove") person.pinned.delete(object);
  if (type === "Delete") objects.delete(object);
}

// Making an RSA key takes a second, and whose it is makes no difference to anybody.
const pairs = new Map();
async function pair(kind) {
  if (!pairs.has(kind)) pairs.set(kind, generateCryptoKeyPair(kind));
  return await pairs.get(kind);
}

// --- sockets ---

const whole = async (message) => {
  const chunks = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
};

async function serve(message, response) {
  const body = await whole(message);
  const url = new URL(message.url, origin());
  const request = new Request(url, {
    method: message.method,
    headers: message.headers,
    body: body.length ? body : undefined,
  });
  const knock = message.method === "POST" && { path: url.pathname, ...await verdict(request.clone(), body) };
  if (knock) knocks.push(knock);
  const answer = await federation.fetch(request, { contextData: undefined });
  if (knock) knock.status = answer.status;
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
}

async function obey(message, response) {
  const { verb, ...told } = JSON.parse(await whole(message));
  const context = federation.createContext(new URL(origin()), undefined);
  try {
    response.end(JSON.stringify(await DO[verb](context, told) ?? null));
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error?.stack ?? error));
  }
}

const listening = (server) => new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)));
const pem = readFileSync(process.env.CERTIFICATE);
const front = https.createServer({ key: pem, cert: pem }, serve);
const port = await listening(front);
const origin = () => `https://${NAME}:${port}`;
const federations = {
  rfc9421: build(origin(), "rfc9421"),
  cavage: build(origin(), "draft-cavage-http-signatures-12"),
};
const federation = federations.rfc9421;
const control = await listening(http.createServer(obey));
console.log(JSON.stringify({ origin: origin(), control }));
process.stdin.resume().on("end", () => process.exit());
