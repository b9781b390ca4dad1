// Tokens as npm's jose and jsonwebtoken make and read them: tokens.mjs jose|jsonwebtoken sign|verify ALGORITHM
// KEY, claims or token on standard input; the other on standard output.  KEY: a secret, or PEM.
import { createPrivateKey, createPublicKey, createSecretKey } from "node:crypto";
import { readFileSync } from "node:fs";
import * as jose from "jose";
import jsonwebtoken from "jsonwebtoken";

const [library, action, algorithm, key] = process.argv.slice(2);
const input = readFileSync(0, "utf8");
const isPem = key.startsWith("-----BEGIN");
const make = isPem ? (action === "sign" ? createPrivateKey : createPublicKey) : (text) => createSecretKey(Buffer.from(text));
const made = make(key);

async function run() {
  if (library === "jose") {
    if (action === "sign")
      return new jose.SignJWT(JSON.parse(input)).setProtectedHeader({ alg: algorithm, typ: "JWT" }).sign(made);
    return JSON.stringify((await jose.jwtVerify(input, made, { algorithms: [algorithm] })).payload);
  }
  if (action === "sign") return jsonwebtoken.sign(JSON.parse(input), made, { algorithm });
  return JSON.stringify(jsonwebtoken.verify(input, made, { algorithms: [algorithm] }));
}
process.stdout.write(await run());
