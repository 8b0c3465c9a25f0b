// Decrypts messages of Web Push with npm's http_ece: those that standard input lists.

import { createECDH } from "node:crypto";
import { readFileSync } from "node:fs";
import ece from "http_ece";

const opened = JSON.parse(readFileSync(0, "utf-8")).map((each) => {
  const receiver = createECDH("prime256v1");
  receiver.setPrivateKey(each.private, "base64url");
  const keys = { privateKey: receiver, authSecret: each.auth, version: each.version };
  const sent = each.dh ? { salt: each.salt, dh: each.dh } : {};
  return ece.decrypt(Buffer.from(each.body, "base64url"), { ...keys, ...sent }).toString("utf-8");
});

console.log(JSON.stringify(opened));
