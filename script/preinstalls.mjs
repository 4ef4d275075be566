#!/usr/bin/env node
// Makes crates/deploy/preinstalls/*.json, the contracts that users of an OP Stack chain expect to find at their
// well-known addresses: `node script/preinstalls.mjs` writes them, with `--check` it compares them with the
// committed ones and fails if they differ.
//
// Nothing is taken on trust. Each contract is created again on a local anvil the way it was created on public
// chains, and must land on its canonical address, which commits to every byte of the creation code:
//   presigned  a transaction whose signature nobody could have made for other bytes; its sender fixes the address
//   create2    factory, salt and creation code fix the address
//   child      created by the constructor of another contract of this list
//   pinned     no creation can be replayed; the hash of the code is a published fact
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import {
  concat,
  getAddress,
  hexToBytes,
  keccak256,
  pad,
  parseTransaction,
  recoverTransactionAddress,
  serializeTransaction,
  slice,
} from "viem";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = join("crates", "deploy", "preinstalls");
const remedy = "node script/preinstalls.mjs";

const DEPLOYMENT_PROXY = "0x4e59b44847b379578588920cA78FbF26c0B4956C";
const SAFE_FACTORY = "0x914d7Fec6aaC8cd542e72Bca78B30650d45643d7";
const ZERO = pad("0x", { size: 32 });

/** npm packages that carry creation code: fetched once for this script alone, so they are no dependencies. */
const packages = {
  "@1inch/solidity-utils@6.9.16":
    "sha512-SnOB37v1BC5rGT60d7gUi0cEhwpUczoHdIfilKeehbmX7o3CDENgvbMpOv2jmSADh/iq+zhs+RDum+nJ+uUwTQ==",
  "@account-abstraction/contracts@0.6.0":
    "sha512-8ooRJuR7XzohMDM4MV34I12Ci2bmxfE9+cixakRL7lA4BAwJKQ3ahvd8FbJa9kiwkUPCUNtj+/zxDQWYYalLMQ==",
  "@account-abstraction/contracts@0.7.0":
    "sha512-Bt/66ilu3u8I9+vFZ9fTd+cWs55fdb9J5YKfrhsrFafH1drkzwuCSL/xEot1GGyXXNJLQuXbMRztQPyelNbY1A==",
  "@gnosis.pm/safe-contracts@1.3.0":
    "sha512-1p+1HwGvxGUVzVkFjNzglwHrLNA67U/axP0Ct85FzzH8yhGJb4t9jDjPYocVMzLorDoWAfKicGy1akPY9jXRVw==",
  "@nomicfoundation/ignition-core@3.1.9":
    "sha512-HpAUqg3wh1FnpQMfLc/K10UJFTcyABLcPiZmNk5Rc5Znx1FzMOLPUvyMO/Vl3Ta21u8INQJ2VhmJeCiXpRzgRw==",
  "@safe-global/safe-singleton-factory@2.0.0":
    "sha512-cWkdWHLCB6bfF86Y0cyesS7nunWZGhY8ZuDIxrL+Ra03wE8j1EWnLW0xc3tXh4+JBoPOE2r1ALwc//BM/bTvrA==",
};

/** In the order of creation: a factory before what it makes. */
const preinstalls = [
  {
    name: "DeterministicDeploymentProxy",
    address: DEPLOYMENT_PROXY,
    license: "MIT",
    source: "@safe-global/safe-singleton-factory@2.0.0",
    // The two factories are the same code; only their creation transactions differ.
    presigned: (from) => {
      const { data } = parseTransaction(from.json("artifacts/31337/deployment.json").transaction);
      const [r, s] = [`0x${"22".repeat(32)}`, `0x${"22".repeat(32)}`];
      return legacy({ gasPrice: 100_000_000_000n, gas: 100_000n, data }, { v: 27n, r, s });
    },
  },
  {
    name: "SafeSingletonFactory",
    address: SAFE_FACTORY,
    license: "MIT",
    source: "@safe-global/safe-singleton-factory@2.0.0",
    // The factory's owners sign one transaction per chain; 31337 is the chain that this script starts.
    presigned: (from) => from.json("artifacts/31337/deployment.json").transaction,
  },
  {
    name: "Multicall3",
    address: "0xcA11bde05977b3631167028862bE2a173976CA11",
    license: "MIT",
    source: "alloy-provider 2.5.0 (crates.io)",
    presigned: () => {
      const constructor = "0x608060405234801561001057600080fd5b50610ee0806100206000396000f3fe";
      const data = concat([constructor, committed("Multicall3")]);
      return legacy(
        { gasPrice: 100_000_000_000n, gas: 1_000_000n, data },
        {
          v: 28n,
          r: "0xedce47092c0f398cebf3ffc267f05c8e7076e3b89445e0fe50f6332273d4569b",
          s: "0x1b0b9d000e19b24c5869b0fc3b22b0d6fa47cd63316875cbbd577d76e6fde086",
        },
      );
    },
  },
  {
    name: "CreateX",
    address: "0xba5Ed099633D3B313e4D5F7bdc1305d3c28ba5Ed",
    license: "AGPL-3.0-only",
    source: "@nomicfoundation/ignition-core@3.1.9",
    presigned: (from) => {
      const text = from.text("dist/src/internal/execution/strategy/createx-artifact.js");
      return text.match(/presignedTx = "(0x[0-9a-f]+)"/)[1];
    },
  },
  {
    name: "Create2Deployer",
    address: "0x13b0D85CcB8bf860b6b79AF3029fCA081AE9beF2",
    license: "MIT",
    source: "alloy-op-evm 0.32.0 (crates.io)",
    pinned: "0xb0550b5b431e30d38000efb7107aaa0ade03d48a7198a140edda9d27134468b2",
    fact: "what op-geth and alloy-op-evm install with the Canyon upgrade",
  },
  {
    name: "Permit2",
    address: "0x000000000022D473030F116dDEE9F6B43aC78BA3",
    license: "MIT",
    source: "@1inch/solidity-utils@6.9.16",
    create2: (from) => ({
      factory: DEPLOYMENT_PROXY,
      salt: pad("0xd3af2663da51c10215000000", { size: 32 }),
      // The package carries the code that the constructor copies out; this is the constructor before it.
      code: concat([
        "0x60c0346100bb574660a052602081017f8cad95687ba82c2ce50e74f7b754645e5117c3a5bec8151c0726d5857980a8",
        "0x6681527f9ac997416e8ff9d2ff6bebeb7149f65cdae5e32e2b90440b566bb3044041d36a6040830152466060830152",
        "0x3060808301526080825260a082019180831060018060401b038411176100a557826040525190206080526123c09081",
        "0x6100c1823960805181611b47015260a05181611b210152f35b634e487b7160e01b600052604160045260246000fd5b",
        "0x600080fdfe",
        from.json("dist/src/permit2.json").bytecode,
      ]),
    }),
    immutables: { chainId: 6945, domainSeparator: 6983 },
  },
  ...[
    ["Safe", "0x69f4D1788e39c87893C980c06EdF4b7f686e2938", "GnosisSafe"],
    ["SafeL2", "0xfb1bffC9d739B8D520DaF37dF666da4C687191EA", "GnosisSafeL2"],
    ["MultiSend", "0x998739BFdAAdde7C933B942a68053933098f9EDa", "libraries/MultiSend"],
    ["MultiSendCallOnly", "0xA1dabEF33b3B82c7814B6D82A79e50F4AC44102B", "libraries/MultiSendCallOnly"],
  ].map(([name, address, path]) => ({
    name,
    address,
    license: "LGPL-3.0",
    source: "@gnosis.pm/safe-contracts@1.3.0",
    create2: (from) => {
      const { bytecode } = from.json(`build/artifacts/contracts/${path}.sol/${basename(path)}.json`);
      return { factory: SAFE_FACTORY, salt: ZERO, code: bytecode };
    },
  })),
  ...entryPoint("V06", "0.6.0", {
    address: "0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789",
    senderCreator: "0x7fc98430eAEdbb6070B35B39D798725049088348",
    salt: ZERO,
  }),
  ...entryPoint("V07", "0.7.0", {
    address: "0x0000000071727De22E5E9d8BAf0edAc6f37da032",
    senderCreator: "0xEFC2c1444eBCC4Db75e7613d20C6a62fF67A167C",
    salt: "0x90d8084deab30c2a37c45e8d47f49f2f7965183cb6990a98943ef94940681de3",
  }),
  {
    name: "BeaconBlockRoots",
    address: "0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02",
    license: "CC0-1.0",
    source: "the signed transaction of EIP-4788",
    presigned: () =>
      keyless(
        "0x60618060095f395ff33373fffffffffffffffffffffffffffffffffffffffe14604d57602036146024575f5ffd5b5f3580156049" +
          "5762001fff810690815414603c575f5ffd5b62001fff01545f5260205ff35b5f5ffd5b62001fff42064281555f359062001fff0155" +
          "00",
        "0x1b9b6eb1f0",
      ),
  },
  {
    name: "HistoryStorage",
    address: "0x0000F90827F1C53a10cb7A02335B175320002935",
    license: "CC0-1.0",
    source: "the signed transaction of EIP-2935",
    presigned: () =>
      keyless(
        "0x60538060095f395ff33373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257" +
          "611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500",
        "0xaa12693182426612186309f02cfe8a80a0000",
      ),
  },
];

/** An ERC-4337 entry point and the contract that its constructor creates. */
function entryPoint(tag, version, { address, senderCreator, salt }) {
  const common = { license: "GPL-3.0", source: `@account-abstraction/contracts@${version}` };
  const create2 = (from) => {
    const { bytecode } = from.json("artifacts/EntryPoint.json");
    return { factory: DEPLOYMENT_PROXY, salt, code: bytecode };
  };
  return [
    { name: `EntryPoint${tag}`, address, ...common, create2 },
    { name: `SenderCreator${tag}`, address: senderCreator, ...common, child: `EntryPoint${tag}` },
  ];
}

/** A creation transaction of an account's first nonce, valid on every chain. */
function legacy(transaction, signature) {
  return serializeTransaction({ type: "legacy", nonce: 0, ...transaction }, signature);
}

/** The transactions that create the system contracts of EIPs: only the code and `s` vary. */
function keyless(data, s) {
  return legacy({ gasPrice: 1_000_000_000_000n, gas: 250_000n, data }, { v: 27n, r: "0x539", s });
}

/** The code in the committed file. What is made from it is verified like everything else. */
function committed(name) {
  const path = join(root, target, `${name}.json`);
  if (!existsSync(path)) {
    const { source } = preinstalls.find((one) => one.name === name);
    fail([`error: ${target}/${name}.json is missing, and no npm package carries its code: copy it from ${source}`]);
  }
  return JSON.parse(readFileSync(path, "utf8")).runtime;
}

/** Fetches `specifier` from npm, checks its integrity and unpacks it; answers readers of its files. */
function unpack(specifier, directory) {
  if (!packages[specifier]) return null;
  const folder = join(directory, specifier.replaceAll(/[@/]/g, "_"));
  if (!existsSync(folder)) {
    mkdirSync(folder);
    const options = { cwd: folder, stdio: ["ignore", "pipe", "ignore"] };
    execFileSync("npm", ["pack", specifier, "--silent", "--ignore-scripts"], options);
    const [archive] = readdirSync(folder);
    const digest = createHash("sha512").update(readFileSync(join(folder, archive))).digest("base64");
    if (packages[specifier] !== `sha512-${digest}`) fail([`error: ${specifier} is not the package that was pinned`]);
    execFileSync("tar", ["xzf", archive], { cwd: folder });
  }
  const text = (path) => readFileSync(join(folder, "package", path), "utf8");
  return { text, json: (path) => JSON.parse(text(path)) };
}

/** Starts anvil on a free port; answers a function that calls it, and one that ends it. */
async function startAnvil() {
  const foundry = execFileSync(join(root, "script", "foundry-bin"), { encoding: "utf8" }).trim();
  const anvil = spawn(
    join(foundry, "anvil"),
    ["--port", "0", "--chain-id", "31337", "--hardfork", "cancun", "--disable-default-create2-deployer"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const listening = (async () => {
    for await (const line of createInterface({ input: anvil.stdout })) {
      const found = line.match(/^Listening on (\S+)/);
      if (found) return found[1];
    }
    return fail(["error: anvil ended before it listened"]);
  })();
  const address = await listening;
  anvil.stdout.resume();

  let id = 0;
  const call = async (method, ...params) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params });
    const headers = { "content-type": "application/json" };
    const answer = await (await fetch(`http://${address}`, { method: "POST", headers, body })).json();
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  };
  return { call, stop: () => anvil.kill("SIGTERM") };
}

/** Sends a transaction that somebody signed long ago, from an account that has the means; answers its sender. */
async function sendPresigned(call, raw) {
  const sender = await recoverTransactionAddress({ serializedTransaction: raw });
  const { gas, gasPrice } = parseTransaction(raw);
  await call("anvil_setBalance", sender, `0x${(gas * gasPrice).toString(16)}`);
  succeeded(await call("eth_sendRawTransactionSync", raw));
  return sender;
}

/** Both factories take the salt and the creation code, nothing else. */
async function sendCreate2(call, { factory, salt, code }) {
  const [from] = await call("eth_accounts");
  const transaction = { from, to: factory, data: concat([salt, code]), gas: "0x1c00000" };
  succeeded(await call("eth_sendTransactionSync", transaction));
}

function succeeded({ status, transactionHash }) {
  if (status !== "0x1") fail([`error: creation ${transactionHash} failed`]);
}

/** Creates one contract, proves that it landed on its address and answers how that was proven. */
async function create(call, preinstall, from) {
  const { name, address, presigned, create2, child, pinned, fact } = preinstall;
  const before = await call("eth_getCode", address, "latest");
  if (child) {
    if (before === "0x") fail([`error: ${child} did not create ${name} at ${address}`]);
    return { verified: `created by the constructor of ${child}` };
  }
  if (pinned) {
    const runtime = committed(name);
    if (keccak256(runtime) !== pinned) fail([`error: the code of ${name} has not the hash ${pinned}`]);
    await call("anvil_setCode", address, runtime);
    await call("anvil_setNonce", address, "0x1");
    return { verified: `keccak256 of the code is ${pinned} (${fact})` };
  }
  if (before !== "0x") fail([`error: ${name} exists before it was created`]);

  if (presigned) {
    const deployer = await sendPresigned(call, presigned(from));
    return { deployer, verified: `presigned creation transaction of ${deployer}, sent again` };
  }
  const recipe = create2(from);
  await sendCreate2(call, recipe);
  return { verified: `CREATE2 by ${recipe.factory} with salt ${recipe.salt}` };
}

/** What anvil holds after all creations, by lower-case address. */
async function dumpState(call) {
  const packed = hexToBytes(await call("anvil_dumpState"));
  const { accounts } = JSON.parse(gunzipSync(packed).toString("utf8"));
  return new Map(Object.entries(accounts).map(([address, account]) => [address.toLowerCase(), account]));
}

/** The code with every immutable zeroed: their values depend on the chain. */
function blank(code, immutables = {}) {
  return Object.values(immutables).reduce(
    (result, at) => concat([slice(result, 0, at), ZERO, slice(result, at + 32)]),
    code,
  );
}

async function make(directory) {
  const { call, stop } = await startAnvil();
  try {
    const proofs = [];
    for (const preinstall of preinstalls) {
      const proof = await create(call, preinstall, unpack(preinstall.source, directory));
      // Read at once: a factory's nonce grows with what it makes for others.
      proofs.push({ nonce: Number(await call("eth_getTransactionCount", preinstall.address, "latest")), ...proof });
    }
    const state = await dumpState(call);
    return preinstalls.map(({ name, address, license, source, immutables }, index) => {
      const account = state.get(address.toLowerCase());
      if (!account || account.code === "0x") fail([`error: ${name} did not land on ${address}`]);
      const { nonce, deployer, verified } = proofs[index];
      return {
        name,
        address: getAddress(address),
        nonce,
        ...(deployer && { deployer }),
        license,
        source,
        verified,
        ...(immutables && { immutables }),
        storage: account.storage,
        runtime: blank(account.code, immutables),
      };
    });
  } finally {
    stop();
  }
}

/** A failure that the person who runs this can read; thrown, so that anvil is ended on the way out. */
class Failure extends Error {}

function fail(lines) {
  throw new Failure(lines.join("\n"));
}

const directory = mkdtempSync(join(tmpdir(), "causeway-preinstalls-"));
process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
process.on("uncaughtException", (error) => {
  console.error(error instanceof Failure ? error.message : error);
  process.exitCode = 1;
});
const made = await make(directory);
const wanted = new Map(made.map((one) => [`${one.name}.json`, `${JSON.stringify(one, null, 2)}\n`]));

const folder = join(root, target);
mkdirSync(folder, { recursive: true });
const present = readdirSync(folder).filter((file) => file.endsWith(".json"));
const surplus = present.filter((file) => !wanted.has(file));
const differing = [...wanted].filter(
  ([file, text]) => !present.includes(file) || readFileSync(join(folder, file), "utf8") !== text,
);

if (process.argv.includes("--check")) {
  const problems = [
    ...differing.map(([file]) => `error: ${target}/${file} is not what its creation makes`),
    ...surplus.map((file) => `error: ${target}/${file} belongs to no preinstall`),
  ];
  if (problems.length) fail([...problems, "", `hint: ${remedy}`]);
  console.log(`${wanted.size} preinstalls are up to date`);
} else {
  for (const file of surplus) rmSync(join(folder, file));
  for (const [file, text] of differing) writeFileSync(join(folder, file), text);
  console.log(`${wanted.size} preinstalls, ${differing.length} written`);
}
