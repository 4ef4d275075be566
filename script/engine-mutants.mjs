#!/usr/bin/env node
// Plants mistakes in the rules that the relayer's engine keeps money by, one at a time, in a copy of the sources below
// target/, and fails unless the engine's own tests catch every one. `--only WORD` tries those whose name has the word.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const copy = join(root, "target", "mutants");
const engine = "crates/relayer/src/engine";

// Each: what is forgotten; the file; what stands there, once; what takes its place.
const mutants = [
  [
    "what is refused for now holds nothing back",
    "lane/holding.rs",
    "self.holds.holds(entry.message.source, message, age)",
    "self.holds.holds(entry.message.source, message, age) && false",
  ],
  [
    "what may be refused for now is signed where others wait for its nonce",
    "lane/holding.rs",
    "None => doubted.is_none_or(|source| !has_gap && !self.is_trying(source)),",
    "None => doubted.is_none_or(|_| true),",
  ],
  [
    "others are signed behind what may be refused for now",
    "lane/batching.rs",
    "                && !account.attempts.is_trying()\n",
    "",
  ],
  [
    "one message that is refused for what it is keeps its source back",
    "hold.rs",
    "hold.newer = is_wrong || (hold.times > 0 && !hold.newer);",
    "hold.newer = false;",
  ],
  [
    "a message that was refused for now goes with others",
    "lane/holding.rs",
    "(entry.early > 0 || self.holds.has(source)).then_some(source)",
    "self.holds.has(source).then_some(source)",
  ],
  [
    "an older version is forgotten when the next one is signed",
    "lane/commits.rs",
    "attempt.versions.push(Version::new(tx, items));",
    "attempt.versions = vec![Version::new(tx, items)];",
  ],
  [
    "what a failsafe may have dropped waits for blocks",
    "lane/outcomes.rs",
    "if carries && std::mem::take(&mut self.closed) {",
    "if carries && std::mem::take(&mut self.closed) && false {",
  ],
  [
    "a missing receipt ends an attempt",
    "lane/fates.rs",
    "attempt.stage = Stage::Pooled;\n                attempt.suspect = false;\n                attempt.since = head;",
    "let gone = self.fleet.release(slot);\n                gone.iter().for_each(|gone| self.let_go(gone));",
  ],
  [
    "a receipt from a block that was not read ends an attempt",
    "lane/fates.rs",
    "                if block_number <= head =>",
    "                if block_number <= u64::MAX =>",
  ],
  [
    "a message that comes back gets a nonce beside its attempt",
    "lane/messages.rs",
    "} else if let Some(slot) = self.fleet.slot_of_message(hash) {",
    "} else if let Some(slot) = self.fleet.slot_of_message(hash).filter(|_| false) {",
  ],
  [
    "a message whose transaction is to be replaced gets a new nonce",
    "lane/batching.rs",
    "any_void && self.fleet.slot_of_message(message).is_some()",
    "any_void && self.fleet.slot_of_message(message).is_some() && false",
  ],
  [
    "the next version takes messages that no earlier one had",
    "lane/batching.rs",
    "attempt.members.iter().filter_map(|m| self.roster.get(*m)).collect();",
    "attempt.members.iter().filter_map(|m| self.roster.get(*m)).chain(self.roster.guarded()).collect();",
  ],
  [
    "the next version does not outbid the one before",
    "lane/batching.rs",
    "let replaces = attempt.newest().map(|version| version.tx.clone());",
    "let replaces = None;",
  ],
  [
    "bytes whose sending brought no answer count as never sent",
    "lane/outcomes.rs",
    "        attempt.note_sent();\n        attempt.unanswered",
    "        attempt.unanswered",
  ],
  [
    "bytes that a node took count as never sent",
    "lane/outcomes.rs",
    "        attempt.note_sent();\n        attempt.suspect = false;\n        attempt.stage = Stage::Pooled;\n        if",
    "        attempt.suspect = false;\n        attempt.stage = Stage::Pooled;\n        if",
  ],
  [
    "a refusal ends bytes that a node had",
    "lane/outcomes.rs",
    "pop_if(|version| !version.sent)",
    "pop_if(|_| true)",
  ],
  [
    "what is refused for now holds others up for ever",
    "lane/nonces.rs",
    "|| is_refused(attempt) && is_waited_for(nonce))",
    "|| is_refused(attempt) && is_waited_for(nonce) && false)",
  ],
  [
    "what is refused for now gives way though nobody waits for it",
    "lane/nonces.rs",
    "|| is_refused(attempt) && is_waited_for(nonce))",
    "|| is_refused(attempt) && (true || is_waited_for(nonce)))",
  ],
  [
    "a nonce that a block used is given again",
    "attempts.rs",
    "        self.used = self.used.max(nonce.saturating_add(1));\n",
    "",
  ],
  [
    "what was delivered while it was signed goes out all the same",
    "lane/commits.rs",
    "if !items.iter().all(is_whole) {",
    "if items.is_empty() && !items.iter().all(is_whole) {",
  ],
  [
    "bytes go out again though a message of them was delivered",
    "lane/sending.rs",
    "let is_whole = version.items.iter().all(|item| self.roster.has(item.message));",
    "let is_whole = true;",
  ],
  [
    "a delivered message is not dropped",
    "lane/blocks.rs",
    'self.forget(message, "a message was delivered by somebody else", out);',
    "let _ = message;",
  ],
  [
    "an item that failed in a batch costs nothing",
    "lane/blocks.rs",
    "self.failed(item.message, reason, Some((tx_hash, gas)), out);",
    "self.failed(item.message, reason, Some((tx_hash, gas)).filter(|_| false), out);",
  ],
  [
    "what a batch did not deliver is tried again at once",
    "lane/blocks.rs",
    "let failed: Vec<Load> = items.iter().filter(is_left).copied().collect();",
    "let failed: Vec<Load> = items.iter().filter(is_left).filter(|_| false).copied().collect();",
  ],
  [
    "a reverted transaction costs nothing",
    "lane/fates.rs",
    "self.failed(item.message, reason, Some((tx_hash, share)), out);",
    "self.failed(item.message, reason, Some((tx_hash, share)).filter(|_| false), out);",
  ],
  [
    "what was paid in vain is forgotten at a restart",
    "lane/messages.rs",
    "for InVain { tx_hash, gas } in in_vain {",
    "for InVain { tx_hash, gas } in in_vain.into_iter().filter(|_| false) {",
  ],
  [
    "a message that was given up is taken up again",
    "lane/messages.rs",
    "} else if self.spent.is_given_up(hash, &message.identifier) {",
    "} else if self.spent.is_given_up(hash, &message.identifier) && false {",
  ],
  [
    "of an attempt of earlier only the newest version is kept",
    "lane/resuming.rs",
    "            attempt.versions.insert(0, version);\n",
    "            drop(version);\n",
  ],
  [
    "a message of an attempt of earlier is in another one too",
    "lane/resuming.rs",
    "attempt.is_none_or(|other| other == slot) &&",
    "attempt.is_none_or(|other| other == slot || true) &&",
  ],
  [
    "what is being signed keeps a message whose earlier transaction is out again",
    "lane/resuming.rs",
    "            self.leave_unborn(*message, slot, out);\n",
    "            let _ = (message, &out);\n",
  ],
  [
    "an attempt of earlier counts as never sent",
    "lane/resuming.rs",
    "Version { sent: true, accepted: true,",
    "Version { sent: false, accepted: true,",
  ],
  [
    "transactions of strangers are not waited for",
    "lane/batching.rs",
    "                && !account.attempts.has_strangers()\n",
    "",
  ],
  [
    "strangers of one account are no matter of the others",
    "lane/batching.rs",
    "since.any(|since| since.saturating_add(patience) > self.head)",
    "since.any(|since| since.saturating_add(patience) > self.head) && false",
  ],
  [
    "a free nonce is filled though messages could use it",
    "lane/sending.rs",
    "} else if !has_candidates && !of",
    "} else if !of",
  ],
  [
    "fees above the ceiling are tried again in the same block",
    "lane/commits.rs",
    "                self.dear = true;\n",
    "",
  ],
  [
    "what others hold is tried again at once",
    "lane/commits.rs",
    "self.wait_for_others(&items, &messages);",
    "let _ = (&items, &messages);",
  ],
  [
    "who was paid for in vain is forgotten",
    "lane/standing.rs",
    "self.trust.lost(origin, gas, self.now, &self.policy);",
    "let _ = origin;",
  ],
  [
    "who has used the budget up is tried all the same",
    "trust.rs",
    "lost > allowance(party.budget(policy), earned)\n",
    "lost > allowance(party.budget(policy), earned) && false\n",
  ],
  [
    "who has used the budget up does not wait for as much to come back",
    "trust.rs",
    "now >= self.comes_back_at(origin, party, gas, now, policy)",
    "now >= self.comes_back_at(origin, party, gas, now, policy) || true",
  ],
  [
    "a route has the budget of a sender",
    "trust.rs",
    "Self::Route(_) => policy.vain_gas_per_route,",
    "Self::Route(_) => policy.vain_gas_per_sender,",
  ],
  [
    "those who have used the budget up are on their way together",
    "trust.rs",
    "on_their_way.of(party).count == 0 && self.is_due",
    "self.is_due",
  ],
  [
    "cheap messages of those who cost something hold new ones up",
    "trust.rs",
    "if is_first { record.first_lost_at } else { record.lost_at };",
    "record.first_lost_at.max(record.lost_at + u64::from(is_first) * 0);",
  ],
  [
    "one token of a bridge answers for another",
    "trust.rs",
    "if is_proven(self.balance(parties[0], now, policy)) { 1 } else { parties.len() };",
    "if is_proven(self.balance(parties[0], now, policy)) { parties.len() } else { parties.len() };",
  ],
  [
    "what waits for another message is not tried when that is delivered",
    "lane/blocks.rs",
    "        self.wake_kin();\n",
    "",
  ],
  [
    "what a node said before a delivery counts after it",
    "lane/verdicts.rs",
    "                self.catch_up_with_kin(message);\n",
    "",
  ],
  [
    "those who cost something are tried at each delivery of their kind",
    "lane/kin.rs",
    "waiting.filter(|message| self.distance(*message) == 0).collect();",
    "waiting.collect();",
  ],
  [
    "expensive messages of an unknown sender go all at once",
    "lane/standing.rs",
    "count == 0 || sum <=",
    "count < usize::MAX || sum <=",
  ],
  [
    "a message goes out though no block of its source is safe",
    "lane/settling.rs",
    "            Some(None) => true,",
    "            Some(None) => false,",
  ],
  [
    "a message goes out before its block is safe",
    "lane/settling.rs",
    "entry.message.identifier.block_number > *up_to,",
    "entry.message.identifier.block_number > up_to.saturating_add(1),",
  ],
  [
    "what is not safe any more goes out",
    "lane/settling.rs",
    "        concerned.retain(|message| self.is_unsettled(*message));\n",
    "        concerned.clear();\n",
  ],
  [
    "a message that is about to expire gets a transaction",
    "lane/expiry.rs",
    "is_old && self.fleet.slot_of_message(message).is_none()",
    "is_old && self.fleet.slot_of_message(message).is_none() && false",
  ],
  [
    "a message that waits until it is about to expire gets a transaction",
    "lane/expiry.rs",
    "                self.roster.set_phase(message, Phase::Late);\n",
    "",
  ],
  [
    "what is on its way does not count for the cap",
    "lane/standing.rs",
    "on_their_way.fold(self.budget.sum(), u64::saturating_add) >= cap",
    "on_their_way.fold(self.budget.sum(), |sum, _| sum) >= cap",
  ],
  [
    "what is on its way does not count for the cap of its route",
    "lane/capping.rs",
    "let on_their_way = taken.get(&source).copied().unwrap_or_default();",
    "let on_their_way = 0 * taken.get(&source).copied().unwrap_or_default();",
  ],
  [
    "what landed does not count for the cap of its route",
    "budget.rs",
    "*self.by_source.entry(*source).or_default() += u128::from(*share);",
    "*self.by_source.entry(*source).or_default() += u128::from(*share) * 0;",
  ],
  [
    "a batch takes all that waits of a route that has anything left",
    "lane/batching.rs",
    "rooms.take(entry.message.source, gas_in_batch(gas, is_first));",
    "rooms.take(entry.message.source, gas_in_batch(gas, is_first) * 0);",
  ],
  [
    "messages of a route whose cap is reached are asked about and sent",
    "lane/mod.rs",
    "None if self.is_over_cap(message) => Phase::Capped,",
    "None if self.is_over_cap(message) && false => Phase::Capped,",
  ],
];

const only = process.argv[2] === "--only" ? process.argv[3] : "";
const cases = process.env.PROPTEST_CASES ?? "1000";

/** Copies what git knows, as it stands in the working tree. */
function copySources() {
  const listed = execFileSync("git", ["ls-files", "-z", "Cargo.*", "rust*", "clippy.toml", "crates", "docs", "examples"], {
    cwd: root,
    maxBuffer: 1 << 28,
  });
  rmSync(copy, { recursive: true, force: true });
  for (const path of listed.toString().split("\0").filter(Boolean)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    // Unchanged files keep their times, so that cargo builds what changed only. What was built of the engine last had a
    // mistake.
    cpSync(join(root, path), join(copy, path), { preserveTimestamps: !path.startsWith(engine) });
  }
  // Under another version, what is built of the copy is nothing that the repository itself would use.
  const manifest = join(copy, "Cargo.toml");
  writeFileSync(manifest, readFileSync(manifest, "utf8").replace(/^version = ".*"$/m, 'version = "0.0.0-mutants"'));
}

/** Runs the engine's tests in the copy; returns what they print. */
function cargo(...args) {
  const test = ["test", "--offline", "--package", "causeway-relayer", "--lib", ...args];
  const env = {
    ...process.env,
    CARGO_TARGET_DIR: join(root, "target"),
    PROPTEST_CASES: cases,
    // That it fails is enough.
    PROPTEST_MAX_SHRINK_ITERS: "0",
    RUST_BACKTRACE: "0",
  };
  const { status, stdout, stderr } = spawnSync("cargo", test, { cwd: copy, env, maxBuffer: 1 << 30 });
  return { passed: status === 0, output: `${stdout}${stderr}` };
}

function build() {
  const { passed, output } = cargo("--no-run");
  if (!passed) throw new Error(`does not compile:\n${output.slice(-4000)}`);
}

copySources();
build();
const sound = cargo("engine");
if (!sound.passed) throw new Error(`the engine's tests fail as it is:\n${sound.output.slice(-4000)}`);
console.log(`${cases} cases of each property; the engine as it is passes`);

let survivors = 0;
for (const [name, path, from, to] of mutants.filter(([name]) => name.includes(only))) {
  const file = join(copy, engine, path);
  const sound = readFileSync(file, "utf8");
  if (sound.split(from).length !== 2) throw new Error(`${path} does not have once: ${from}`);
  writeFileSync(file, sound.replace(from, () => to));
  build();
  // The simulation takes longer than the rest: it is asked about what that lets pass.
  let { passed, output } = cargo("engine::lane");
  if (passed) ({ passed, output } = cargo("engine::simulation"));
  writeFileSync(file, sound);
  const caught = [...output.matchAll(/^test engine::(\S+) \.\.\. FAILED$/gm)].map(([, test]) => test);
  if (passed || caught.length === 0) survivors += 1;
  const verdict = passed ? "NOT CAUGHT" : `caught by ${caught.length}: ${caught.slice(0, 3).join(", ")}`;
  console.log(`${name}: ${verdict}`);
}
if (survivors > 0) {
  console.error(`error: ${survivors} of the planted mistakes were not caught`);
  process.exit(1);
}
