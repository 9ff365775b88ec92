"""Kinds of organisation that take part in public investment (DOMAIN §2.2)."""

from enum import StrEnum


class OrganisationKind(StrEnum):
    """What an organisation is."""

    PROVINCE_COMMITTEE = "province_committee"
    PROVINCE_OFFICE = "province_office"
    FINANCE_DEPARTMENT = "finance_department"
    SECTOR_DEPARTMENT = "sector_department"
    PROVINCE_BOARD = "province_board"
    SPECIAL_BOARD = "special_board"
    DISTRICT_BOARD = "district_board"
    DISTRICT_COMMITTEE = "district_committee"
    DISTRICT_FINANCE = "district_finance"
    COMMUNE_COMMITTEE = "commune_committee"
    TREASURY = "treasury"
    LAND_FUND_CENTRE = "land_fund_centre"
    PUBLIC_SERVICE = "public_service"
    OTHER = "other"
