import { defineTool, read } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_guest_feature",
  title: "Guest feature",
  description: "Whether a guest can be snapshot, cloned or copied.",
  actions: {
    default: read("GET /nodes/{node}/{type}/{vmid}/feature", {
      params: ["feature"],
      successMessage: "Feature {feature} of {guest}",
      shape: (data) => {
        const { hasFeature, ...rest } = data as { readonly hasFeature?: unknown };
        return { hasFeature: Number(hasFeature) === 1, ...rest };
      },
    }),
  },
});
