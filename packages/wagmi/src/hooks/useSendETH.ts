"use client";
import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { type Config, type ResolvedRegister, useConfig } from "wagmi";
import { type SendETHParameters, type SendETHReturnType, sendETH } from "../actions/sendETH.js";
import { type ConfigParameter, type MutationParameter, once } from "./options.js";

export type UseSendETHParameters<config extends Config = Config, context = unknown> = ConfigParameter<config> &
  MutationParameter<SendETHReturnType, SendETHParameters<config>, context>;
export type UseSendETHReturnType<config extends Config = Config, context = unknown> = UseMutationResult<
  SendETHReturnType,
  Error,
  SendETHParameters<config>,
  context
>;

/**
 * Sends ETH to another chain: {@link sendETH}, as a mutation. Its data is the hash of the transaction on the source, which
 * {@link useMessageStatus} follows.
 *
 * @example
 * const { mutate, isPending, error } = useSendETH();
 * mutate({ value: parseEther("1"), chainId: 901, destination: 902 });
 */
export function useSendETH<config extends Config = ResolvedRegister["config"], context = unknown>(
  parameters: UseSendETHParameters<config, context> = {},
): UseSendETHReturnType<config, context> {
  const config = useConfig(parameters as ConfigParameter) as config;
  return useMutation({ ...once, ...parameters.mutation, mutationKey: ["sendETH"], mutationFn: (variables) => sendETH(config, variables) });
}
