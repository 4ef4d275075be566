import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { AdmissionError, getInteropError } from "@causeway-interop/viem";
import { RpcRequestError } from "viem";
import { root } from "./support/processes.js";

test("every code of the admission check is understood as the Rust crates do", () => {
  const written = readFileSync(join(root, "crates", "interop", "src", "rpc_code.rs"), "utf8");
  const codes = [...written.matchAll(/Self::(\w+) => (-32\d+),/g)].map(([, name, code]) => [name, Number(code)] as const);
  assert.equal(codes.length, 15);
  const others: Readonly<Record<string, string | undefined>> = {
    UninitializedChainDatabase: "retry",
    FutureData: "retry",
    FailsafeEnabled: "halted",
    // Outside of admission it has meanings of its own.
    InvalidParams: undefined,
  };
  for (const [name = "", code] of codes) {
    const error = getInteropError(new RpcRequestError({ body: {}, url: "http://node.example", error: { code, message: "refused" } }));
    const disposition = error instanceof AdmissionError ? error.disposition : undefined;
    assert.equal(disposition, name in others ? others[name] : "invalid", `${name} ${code}`);
  }
});
