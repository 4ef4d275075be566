"use client";
import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { type Config, type ResolvedRegister, useConfig } from "wagmi";
import { type SendERC20Parameters, type SendERC20ReturnType, sendERC20 } from "../actions/sendERC20.js";
import { type ConfigParameter, type MutationParameter, once } from "./options.js";

export type UseSendERC20Parameters<config extends Config = Config, context = unknown> = ConfigParameter<config> &
  MutationParameter<SendERC20ReturnType, SendERC20Parameters<config>, context>;
export type UseSendERC20ReturnType<config extends Config = Config, context = unknown> = UseMutationResult<
  SendERC20ReturnType,
  Error,
  SendERC20Parameters<config>,
  context
>;

/**
 * Sends a token to another chain: {@link sendERC20}, as a mutation. Its data is the hash of the transaction on the source, which
 * {@link useMessageStatus} follows.
 *
 * @example
 * const { mutate, isPending, error } = useSendERC20();
 * mutate({ tokenAddress, amount: 1000n, chainId: 901, destination: 902 });
 */
export function useSendERC20<config extends Config = ResolvedRegister["config"], context = unknown>(
  parameters: UseSendERC20Parameters<config, context> = {},
): UseSendERC20ReturnType<config, context> {
  const config = useConfig(parameters as ConfigParameter) as config;
  return useMutation({ ...once, ...parameters.mutation, mutationKey: ["sendERC20"], mutationFn: (variables) => sendERC20(config, variables) });
}
