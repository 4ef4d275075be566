"use client";
import { type MutateOptions, type UseMutationResult, useMutation } from "@tanstack/react-query";
import type { Abi, ContractFunctionName } from "viem";
import { type Config, type ResolvedRegister, useConfig } from "wagmi";
import { type SendCrossChainCallParameters, type SendCrossChainCallReturnType, sendCrossChainCall } from "../actions/sendCrossChainCall.js";
import { type ConfigParameter, type MutationParameter, once } from "./options.js";

type Mutability = "nonpayable" | "payable";
type Variables<config extends Config> = SendCrossChainCallParameters<Abi, string, config>;
type Options<config extends Config, context> = MutateOptions<SendCrossChainCallReturnType, Error, Variables<config>, context>;

export type UseSendCrossChainCallParameters<config extends Config = Config, context = unknown> = ConfigParameter<config> &
  MutationParameter<SendCrossChainCallReturnType, Variables<config>, context>;

/** A call, typed by the ABI that it is given. */
export type SendCrossChainCallMutate<config extends Config, context, returned> = <
  const abi extends Abi | readonly unknown[],
  functionName extends ContractFunctionName<abi, Mutability>,
>(
  variables: SendCrossChainCallParameters<abi, functionName, config>,
  options?: Options<config, context>,
) => returned;

export type UseSendCrossChainCallReturnType<config extends Config = Config, context = unknown> = Omit<
  UseMutationResult<SendCrossChainCallReturnType, Error, Variables<config>, context>,
  "mutate" | "mutateAsync"
> & {
  mutate: SendCrossChainCallMutate<config, context, void>;
  mutateAsync: SendCrossChainCallMutate<config, context, Promise<SendCrossChainCallReturnType>>;
};

/**
 * Calls a contract on another chain: {@link sendCrossChainCall}, as a mutation. Its data is the hash of the transaction on the
 * source, which {@link useMessageStatus} follows.
 *
 * @example
 * const { mutate } = useSendCrossChainCall();
 * mutate({ abi: counterAbi, functionName: "increment", args: [1n], target: counter, destination: 902 });
 */
export function useSendCrossChainCall<config extends Config = ResolvedRegister["config"], context = unknown>(
  parameters: UseSendCrossChainCallParameters<config, context> = {},
): UseSendCrossChainCallReturnType<config, context> {
  const config = useConfig(parameters as ConfigParameter) as config;
  return useMutation({
    ...once,
    ...parameters.mutation,
    mutationKey: ["sendCrossChainCall"],
    mutationFn: (variables: Variables<config>) => sendCrossChainCall(config, variables as never),
  }) as unknown as UseSendCrossChainCallReturnType<config, context>;
}
