import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./devnet.js";

/** The blocks of TypeScript in a document, or in one of its sections. */
export function blocks(document: string, section?: string): { name: string; code: string }[] {
  const text = readFileSync(join(root, document), "utf8");
  const part = section === undefined ? text : text.split(/^## /m).find((each) => each.startsWith(`${section}\n`));
  assert.ok(part, `${document} has no section ${section}`);
  const found = [...part.matchAll(/^```(tsx?)\n([^]*?)^```/gm)].map(([, language, code], index) => ({
    name: `${document.replace(/\W/g, "-")}-${index}.${language}`,
    code: code as string,
  }));
  assert.ok(found.length, `${document} shows no code`);
  return found;
}
